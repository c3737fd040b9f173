import type { Ask } from '../../contract/document.ts';
import { LIVE_BARS, type LiveBar, type LiveEmotion, type LiveStart } from '../../contract/live.ts';
import { AffettoError } from '../../model/error.ts';
import { playableBar } from '../../model/midi/written-bar.ts';
import type { Key } from '../../model/music/piece.ts';
import type { InferenceClient } from '../../services/inference/client.ts';
import type { Bar, BarRequest, BarSource } from '../../services/midi/protocol.ts';

export interface LiveSourceEvents {
  /** The engine is ready to write in this key. */
  opened(about: { key: Key; model: string }): void;
  bar(bar: LiveBar): void;
  /** The engine was lost; it is started again, and the player repeats what it has. */
  lost(): void;
  /** Nothing more will come. */
  failed(message: string): void;
}

/** A player that asks for its first bar when so many are written has been started anew. */
const LOOK_BACK = 10;

/**
 * Bars for a player, written by the inference process. When that process is lost, another one goes on in the same key:
 * the music has no end, it only forgets what it was.
 */
export class LiveSource implements BarSource {
  readonly withinBar = true;
  /** Added to the player's numbers of bars: those go back to 0 when the player was lost. */
  shift = 0;
  readonly #engine: InferenceClient;
  readonly #events: LiveSourceEvents;
  readonly #seed: number;
  readonly #ask: Ask;
  readonly #bars = new Map<number, LiveBar>();
  #key: Key | null = null;
  /** The process that writes: InferenceClient's count of starts. */
  #life = -1;
  #lives = 0;
  /** Number of the first bar that this process wrote. */
  #base = 0;
  #length = 0;
  #closed = false;

  constructor(engine: InferenceClient, { ask, seed }: LiveStart, events: LiveSourceEvents) {
    this.#engine = engine;
    this.#ask = ask;
    this.#seed = seed;
    this.#events = events;
  }

  /** The process that wrote is gone, and none has gone on yet. */
  get lost(): boolean {
    return this.#engine.starts !== this.#life;
  }

  /** The last bars, in order. */
  get bars(): LiveBar[] {
    return [...this.#bars.values()].sort((a, b) => a.index - b.index);
  }

  async open(): Promise<void> {
    const { emotion, intensity } = this.#ask;
    await this.#open(0, { emotion, intensity });
  }

  /** For a new player: its first bar is the next one that is written. */
  startOver(): void {
    this.shift = this.#length;
  }

  async nextBar(request: BarRequest): Promise<Bar | null> {
    if (this.#closed) return null;
    if (request.bar === 0 && this.shift + LOOK_BACK < this.#length) this.startOver();
    const index = request.bar + this.shift;
    const { valence, arousal, intensity } = request.conditions;
    const feeling = { emotion: { valence, arousal }, intensity: 2 * intensity };
    try {
      const live = await this.#write(index, request.fromBeat, feeling);
      if (this.#closed) return null;
      this.#keep(live);
      this.#events.bar(live);
      return playableBar(live.bar);
    } catch (error) {
      if (!this.#closed) this.#events.failed(error instanceof Error ? error.message : String(error));
      return null;
    }
  }

  close(): void {
    this.#closed = true;
    if (this.#engine.starts === this.#life) this.#engine.request('live.close', {}).done.catch(() => {});
  }

  async #write(index: number, fromBeat: number | undefined, feeling: LiveEmotion): Promise<LiveBar> {
    while (!this.#closed) {
      const starts = this.#engine.starts;
      try {
        if (this.#life !== starts) await this.#open(index, feeling);
        // Written by a process that is gone: it stays as it is.
        const known = this.#bars.get(index);
        if (index < this.#base && known) return known;
        const request = {
          bar: index - this.#base,
          ...(fromBeat === undefined ? {} : { fromBeat }),
          ...feeling,
        };
        const bar = await this.#engine.request('live.bar', request).done;
        return { index, bar, emotion: feeling.emotion, ...(fromBeat === undefined ? {} : { fromBeat }) };
      } catch (error) {
        if (this.#engine.starts === starts) throw error;
        this.#events.lost();
      }
    }
    throw new AffettoError('stopped', 'failure');
  }

  async #open(base: number, { emotion, intensity }: LiveEmotion): Promise<void> {
    const life = this.#engine.starts;
    const ask = { ...this.#ask, emotion, intensity };
    const seed = (this.#seed + this.#lives) % 2 ** 32;
    const { key, model } = await this.#engine.request('live.open', { ask, seed, key: this.#key }).done;
    this.#lives++;
    this.#life = life;
    this.#base = base;
    this.#key = key;
    this.#events.opened({ key, model });
  }

  #keep(live: LiveBar): void {
    this.#bars.set(live.index, live);
    this.#length = Math.max(this.#length, live.index + 1);
    for (const index of this.#bars.keys()) if (index < this.#length - LIVE_BARS) this.#bars.delete(index);
  }
}
