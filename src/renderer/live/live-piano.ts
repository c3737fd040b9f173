import type { LivePosition } from '../../contract/live.ts';
import type { Player } from '../listen/player.svelte.ts';
import { type BarOf, barAtBeat, dueNotes, type PlacedBar } from './bar-line.ts';
import { BeatClock } from './beat-clock.ts';

/** Notes are committed this far ahead, seconds. */
const AHEAD = 0.15;
const WAKE_MS = 25;
/** A note that comes too late by less than this is played at once, seconds. */
const GRACE = 0.12;

/** Plays live music through the built-in piano, in step with the player that keeps the time elsewhere. */
export class LivePiano {
  readonly #player: Player;
  readonly #barOf: BarOf;
  readonly #volume: () => number;
  readonly #clock = new BeatClock();
  #placed: PlacedBar = { index: 0, start: 0 };
  /** Beat up to which everything is committed, and the bar that was taken for the last of it. */
  #committed = 0;
  #guess: PlacedBar = this.#placed;
  #timer: ReturnType<typeof setInterval> | undefined;
  audible = true;

  /** @param volume 0..1 */
  constructor(player: Player, barOf: BarOf, volume: () => number) {
    this.#player = player;
    this.#barOf = barOf;
    this.#volume = volume;
  }

  hear({ transport, beat, bar, beatInBar, bpm }: LivePosition): void {
    if (transport !== 'playing') {
      this.stop();
      return;
    }
    const placed = { index: bar, start: beat - beatInBar };
    const steady = this.#clock.hear(beat, bpm, this.#now());
    const guessedWrong =
      Math.abs(placed.start - this.#guess.start) < 0.5 && placed.index !== this.#guess.index;
    this.#placed = placed;
    if (!steady || guessedWrong) {
      if (this.#timer) this.#player.sound?.piano.silence();
      this.#committed = this.#clock.beatAt(this.#now() - GRACE);
      this.#timer ??= setInterval(() => this.#commit(), WAKE_MS);
    }
    this.#commit();
  }

  stop(): void {
    if (this.#timer) this.#player.sound?.piano.silence();
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#clock.stop();
  }

  mute(audible: boolean): void {
    this.audible = audible;
    if (!audible) this.#player.sound?.piano.silence();
  }

  /** What sounds `ahead` seconds from now: the bar, and beats into it. null while nothing plays. */
  at(ahead = 0): { index: number; beat: number } | null {
    if (!this.#clock.running) return null;
    const beat = Math.max(this.#placed.start, this.#clock.beatAt(this.#now() + ahead));
    const bar = barAtBeat(this.#placed, beat, this.#barOf);
    return { index: bar.index, beat: beat - bar.start };
  }

  /** Seconds of the clock that sound goes by; where there is none, of the window. */
  #now(): number {
    const context = this.#player.sound?.context;
    return context?.state === 'running' ? context.currentTime : performance.now() / 1000;
  }

  #commit(): void {
    const now = this.#now();
    const until = this.#clock.beatAt(now + AHEAD);
    const { sound } = this.#player;
    if (this.audible && sound?.context.state === 'running') {
      sound.piano.volume = this.#volume();
      for (const { beat, until: end, note } of dueNotes(this.#placed, this.#barOf, this.#committed, until)) {
        const at = this.#clock.timeOf(beat);
        if (at < now - GRACE) continue;
        sound.piano.play(
          note.pitch,
          note.velocity,
          Math.max(now, at),
          Math.max(now + 0.03, this.#clock.timeOf(end)),
        );
      }
    }
    this.#guess = barAtBeat(this.#placed, until, this.#barOf);
    this.#committed = Math.max(this.#committed, until);
  }
}
