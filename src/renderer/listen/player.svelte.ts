import type { Piece } from '../../model/music/piece.ts';
import { STEPS_PER_BEAT } from '../../model/music/piece.ts';
import { barStarts } from '../edit/bars.ts';
import { stepsOf } from '../edit/piece-edit.ts';
import { type SoundingNote, soundingNotes } from './events.ts';
import { Piano } from './piano.ts';
import { type TempoLine, tempoLine } from './tempo-line.ts';

/** Notes are committed this far ahead, seconds; short, so that Stop and edits bite at once. */
const AHEAD = 0.14;
const WAKE_MS = 25;
/** The first note sounds this long after the click. */
const LEAD = 0.05;
/** A player that came too late for a note plays it if it is not later than this. */
const GRACE = 0.08;

export interface PlayerOptions {
  metronome: boolean;
  countIn: boolean;
  volume: number;
}

/** Plays a piece through the built-in piano; the piece may change while it plays. */
export class Player {
  playing = $state(false);
  /** Steps from the start; moves while playing (read it every frame), rests where it was stopped. */
  #restStep = $state(0);
  loop = $state<{ fromStep: number; toStep: number } | null>(null);
  looping = $state(false);
  /** Set when the machine has no way to make a sound. */
  problem = $state<string | null>(null);

  readonly #options: () => PlayerOptions;
  #piece: Piece | null = null;
  #line: TempoLine = tempoLine([]);
  #notes: SoundingNote[] = [];
  #context: AudioContext | null = null;
  #piano: Piano | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** Audio time at which second 0 of the piece falls. */
  #origin = 0;
  /** Seconds of the piece up to which everything is scheduled. */
  #scheduled = 0;

  constructor(options: () => PlayerOptions) {
    this.#options = options;
  }

  /** Sets the music; when playing, the new music goes on from the same place. */
  setPiece(piece: Piece | null): void {
    if (piece === this.#piece) return;
    const at = this.position();
    this.#piece = piece;
    this.#line = tempoLine(piece?.tempos ?? []);
    this.#notes = piece ? soundingNotes(piece, this.#line) : [];
    if (!piece) {
      this.stop();
      this.#restStep = 0;
    } else if (this.playing) {
      this.#piano?.silence();
      this.#startAt(Math.min(at, stepsOf(piece)), 0.01);
    } else if (this.#restStep > stepsOf(piece)) {
      this.#restStep = 0;
    }
  }

  /** Steps from the start, now. */
  position(): number {
    const rest = this.#restStep;
    if (!this.playing || !this.#context) return rest;
    return Math.max(0, this.#line.step(Math.max(0, this.#context.currentTime - this.#origin)));
  }

  seek(step: number): void {
    const end = this.#piece ? stepsOf(this.#piece) : 0;
    this.#restStep = Math.min(end, Math.max(0, step));
    if (this.playing) {
      this.#piano?.silence();
      this.#startAt(this.#restStep, 0.01);
    }
  }

  /** Makes the piano ahead of the first click, on any first gesture: the first sound then comes at once. */
  warm(): void {
    if (this.#context || this.problem) return;
    try {
      this.#context = new AudioContext({ latencyHint: 'interactive' });
      this.#piano = new Piano(this.#context);
    } catch {
      this.problem = 'There is no audio device. Editing, generating and exporting work all the same.';
    }
  }

  /** The piano and its clock, for other music than a clip; null until it is warm, or where there is no audio device. */
  get sound(): { context: AudioContext; piano: Piano } | null {
    return this.#context && this.#piano ? { context: this.#context, piano: this.#piano } : null;
  }

  /** Makes sure that sound can come, on a gesture. */
  wake(): void {
    this.warm();
    void this.#context?.resume().catch(() => {});
  }

  async toggle(): Promise<void> {
    if (this.playing) this.stop();
    else await this.play();
  }

  async play(): Promise<void> {
    if (!this.#piece) return;
    this.warm();
    const { countIn, volume } = this.#options();
    if (!this.#context || !this.#piano) return;
    this.#piano.volume = volume;
    await this.#context.resume().catch(() => {});
    const region = this.#region();
    const at =
      this.#restStep >= region.to - 0.01 || (this.looping && this.#restStep < region.from)
        ? region.from
        : this.#restStep;
    this.playing = true;
    this.#startAt(at, countIn ? this.#countIn(at) : LEAD);
    this.#timer = setInterval(() => this.#schedule(), WAKE_MS);
  }

  stop(): void {
    this.#restStep = this.position();
    this.playing = false;
    clearInterval(this.#timer);
    this.#piano?.silence();
  }

  rewind(): void {
    this.seek(this.loop?.fromStep ?? 0);
  }

  setVolume(volume: number): void {
    if (this.#piano) this.#piano.volume = volume;
  }

  /** Sounds one note: when a note is drawn or picked. */
  audition(pitch: number, velocity: number): void {
    this.warm();
    if (!this.#context || !this.#piano) return;
    void this.#context.resume().catch(() => {});
    this.#piano.volume = this.#options().volume;
    const now = this.#context.currentTime;
    this.#piano.play(pitch, velocity, now + 0.005, now + 0.35);
  }

  #region(): { from: number; to: number } {
    const end = this.#piece ? stepsOf(this.#piece) : 0;
    if (this.looping && this.loop) return { from: this.loop.fromStep, to: Math.min(end, this.loop.toStep) };
    return { from: 0, to: end };
  }

  #startAt(step: number, lead: number): void {
    if (!this.#context) return;
    const seconds = this.#line.seconds(step);
    this.#origin = this.#context.currentTime + lead - seconds;
    this.#scheduled = seconds;
    this.#schedule();
  }

  /** Ticks one bar; returns its length in seconds. */
  #countIn(step: number): number {
    const beat = this.#line.seconds(step + STEPS_PER_BEAT) - this.#line.seconds(step);
    const beats = this.#piece?.barBeats[0] ?? 4;
    const now = (this.#context?.currentTime ?? 0) + LEAD;
    for (let i = 0; i < beats; i++) this.#piano?.click(now + i * beat, i === 0);
    return LEAD + beats * beat;
  }

  #schedule(): void {
    if (!this.#context || !this.#piano || !this.playing) return;
    const now = this.#context.currentTime;
    const region = this.#region();
    const end = this.#line.seconds(region.to);
    const horizon = Math.min(end, now + AHEAD - this.#origin);
    for (const note of this.#notesBetween(this.#scheduled, horizon)) {
      const at = this.#origin + note.at;
      if (at < now - GRACE) continue;
      this.#piano.play(
        note.pitch,
        note.velocity,
        Math.max(now, at),
        this.#origin + Math.min(note.until, end + 0.5),
      );
    }
    if (this.#options().metronome) this.#tick(this.#scheduled, horizon);
    this.#scheduled = Math.max(this.#scheduled, horizon);
    if (now - this.#origin < end - 0.01) return;
    if (this.looping) {
      const from = this.#line.seconds(region.from);
      this.#origin = this.#origin + end - from;
      this.#scheduled = from;
      this.#schedule();
    } else if (now - this.#origin > end + 0.6) {
      this.stop();
      this.#restStep = region.from;
    }
  }

  #notesBetween(from: number, to: number): SoundingNote[] {
    return this.#notes.filter((note) => note.at >= from - 1e-6 && note.at < to - 1e-6);
  }

  #tick(from: number, to: number): void {
    if (!this.#piece) return;
    const starts = new Set(barStarts(this.#piece));
    const first = Math.ceil(this.#line.step(from) / STEPS_PER_BEAT - 1e-6);
    for (let beat = first; this.#line.seconds(beat * STEPS_PER_BEAT) < to - 1e-6; beat++) {
      const at = this.#origin + this.#line.seconds(beat * STEPS_PER_BEAT);
      this.#piano?.click(at, starts.has(beat));
    }
  }
}
