import type { Hello } from '../../contract/contract.ts';
import type { Ask, Emotion } from '../../contract/document.ts';
import { LIVE_OFF, type LiveBar, type LivePosition, type LiveState } from '../../contract/live.ts';
import { STEPS_PER_BEAT } from '../../model/music/piece.ts';
import { problemsOf } from '../generate/ask-checks.ts';
import { resolveAsk } from '../generate/resolve-ask.ts';
import type { Player } from '../listen/player.svelte.ts';
import { newSeed } from '../session/seed.ts';
import type { Session } from '../session/session.svelte.ts';
import { askedOfBars, type LiveBars, pageStart, pieceOfBars, SHOWN_BARS, withBar } from './live-bars.ts';
import { LivePiano } from './live-piano.ts';

/** While the pad is dragged, the engine is told so often, ms. */
const TELL_MS = 70;
/** A bar that is to begin so soon, seconds, is not changed any more: the player has it already. */
const SETTLED = 0.03;
const C_MAJOR = { tonic: 0, mode: 'major' } as const;

/** Live music as the window has it: what plays, what was written, and the pad that moves it. */
export class Live {
  state = $state.raw<LiveState>(LIVE_OFF);
  bars = $state.raw<LiveBars>(new Map());
  /** The bar that sounds, from 0. */
  sounding = $state(0);
  /** Whether the built-in piano plays too. */
  audible = $state(true);
  /** How many bars are kept at once. */
  keeps = $state(8);
  readonly on: boolean = $derived(this.state.phase !== 'off');
  /** First bar that the lanes show. */
  readonly first: number = $derived(pageStart(this.sounding));
  readonly #session: Session;
  readonly #player: Player;
  readonly #dawBpm: () => number | null;
  readonly #piano: LivePiano;
  #told: { emotion: Emotion; intensity: number } | null = null;
  #telling: ReturnType<typeof setTimeout> | undefined;

  constructor(session: Session, player: Player, hello: Hello, dawBpm: () => number | null) {
    this.#session = session;
    this.#player = player;
    this.#dawBpm = dawBpm;
    this.#piano = new LivePiano(
      player,
      (index) => this.bars.get(index)?.bar,
      () => session.settings.volume,
    );
    const { api } = session;
    api.on('live.state', (state) => this.#change(state));
    api.on('live.bar', (bar) => this.#write(bar));
    api.on('live.position', (position) => this.#place(position));
    if (hello.live) this.#find(hello.live.state, hello.live.bars);
  }

  /** Where the music is in the piece that the lanes show, steps. */
  position(): number {
    const at = this.#piano.at();
    if (!at) return 0;
    let beat = at.beat;
    for (let index = this.first; index < at.index; index++) beat += this.#beatsOf(index);
    return beat * STEPS_PER_BEAT;
  }

  async toggle(): Promise<void> {
    await (this.on ? this.stop() : this.start());
  }

  /** Plays music of the present emotion, until it is stopped. */
  async start(): Promise<void> {
    const { doc, current, notices } = this.#session;
    const { chords, range } = problemsOf(doc.ask);
    if (chords ?? range) {
      notices.fail(chords ?? range);
      return;
    }
    this.#player.stop();
    this.#player.wake();
    this.#session.leaveChoice();
    this.bars = new Map();
    this.sounding = 0;
    const context = { piece: current?.piece ?? null, dawBpm: this.#dawBpm(), rewrites: false };
    const ask = resolveAsk(doc.ask, context);
    this.#told = { emotion: ask.emotion, intensity: ask.intensity };
    try {
      await this.#session.api.call('live.start', { ask, seed: ask.seed ?? newSeed() });
    } catch (error) {
      notices.fail(error);
    }
  }

  async stop(): Promise<void> {
    this.#piano.stop();
    try {
      await this.#session.api.call('live.stop', {});
    } catch (error) {
      this.#session.notices.fail(error);
    }
  }

  mute(audible: boolean): void {
    this.audible = audible;
    this.#piano.mute(audible);
  }

  /** To be called whenever what is asked may have moved. */
  feel({ emotion, intensity }: Pick<Ask, 'emotion' | 'intensity'>): void {
    if (!this.on || !this.#told) return;
    const { emotion: last, intensity: strength } = this.#told;
    const still =
      last.valence === emotion.valence && last.arousal === emotion.arousal && strength === intensity;
    if (still) return;
    this.#told = { emotion, intensity };
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined;
      if (this.on && this.#told) this.#session.api.call('live.emotion', this.#told).catch(() => {});
    }, TELL_MS);
  }

  /** The emotion of each bar that the lanes show. */
  get asked(): readonly Emotion[] {
    return askedOfBars(this.bars, this.first, SHOWN_BARS, this.#session.doc.ask.emotion);
  }

  /** After a reload: what plays is followed, and the pad is as it was left. */
  #find(state: LiveState, bars: readonly LiveBar[]): void {
    const { emotion, intensity } = this.#session.doc.ask;
    this.#told = { emotion, intensity };
    this.bars = bars.reduce(withBar, this.bars);
    this.sounding = bars[0]?.index ?? 0;
    this.#change(state);
  }

  #change(state: LiveState): void {
    const ended = state.phase === 'off' && this.on;
    this.state = state;
    if (ended) this.#piano.stop();
    if (ended && state.message) this.#session.notices.tell(state.message);
    this.#show();
  }

  #write(bar: LiveBar): void {
    const at = this.#piano.at(SETTLED);
    const isHeard = at !== null && bar.index <= at.index && bar.fromBeat === undefined;
    if (isHeard && this.bars.has(bar.index)) return;
    this.bars = withBar(this.bars, bar);
    this.#show();
  }

  #place(position: LivePosition): void {
    if (!this.on) return;
    this.#piano.hear(position);
    if (position.transport !== 'playing' || position.bar === this.sounding) return;
    const page = this.first;
    this.sounding = position.bar;
    if (this.first !== page) this.#show();
  }

  #show(): void {
    const { key, beatsPerBar } = this.state;
    const range = { from: this.first, count: SHOWN_BARS, key: key ?? C_MAJOR, beatsPerBar };
    this.#session.streamed = this.on ? pieceOfBars(this.bars, range) : null;
  }

  #beatsOf(index: number): number {
    return this.bars.get(index)?.bar.beats ?? this.state.beatsPerBar;
  }
}
