import { BeatInTheMaking } from './beat-entries.ts';
import type { BeatSlices, Encoder } from './encoder.ts';
import type { WordState } from './state.ts';

/** What a lane played, beat by beat, as its steps are told of it later. */
export class PlayedBeats {
  readonly #encoder: Encoder;
  readonly #remembers: number;
  readonly #slices = new Map<number, BeatSlices>();
  #making: { readonly beat: number; readonly entries: BeatInTheMaking } | null = null;

  /** @param remembers beats that may be asked for again */
  constructor(encoder: Encoder, remembers: number) {
    this.#encoder = encoder;
    this.#remembers = remembers;
  }

  /** Takes in a word. @param state with the word taken in */
  take(word: ArrayLike<number>, state: WordState): void {
    if (this.#making?.beat !== state.beat) {
      this.complete();
      this.#making = { beat: state.beat, entries: new BeatInTheMaking() };
    }
    this.#making.entries.take(word, state);
  }

  /** The last beat has had its last word. */
  complete(): void {
    if (!this.#making) return;
    const { beat, entries } = this.#making;
    this.#slices.set(beat, this.#encoder.slices(entries.entries()));
    this.#slices.delete(beat - this.#remembers);
    this.#making = null;
  }

  at(beat: number): BeatSlices | null {
    return this.#slices.get(beat) ?? null;
  }

  /** Plays from a beat on what another lane played; between bars. */
  copy(from: PlayedBeats, beat: number): void {
    this.back(beat);
    for (const [at, slices] of from.#slices) if (at >= beat) this.#slices.set(at, slices);
  }

  /** Forgets a beat and what follows it; between bars. */
  back(beat: number): void {
    this.#making = null;
    for (const later of [...this.#slices.keys()]) if (later >= beat) this.#slices.delete(later);
  }
}
