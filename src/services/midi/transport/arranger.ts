import type { Bar, Take } from '../../../model/midi/bar.ts';
import type { LoopRange } from '../protocol.ts';

/** Where bars come from, by number: a finished take, or a live source that fills up. */
export interface BarProvider {
  readonly length: number;
  bar(index: number): Bar | 'later' | 'end';
}

export function barsOf(take: Take): BarProvider {
  return { length: take.bars.length, bar: (index) => take.bars[index] ?? 'end' };
}

/** What is to be played next. */
export interface Placement {
  readonly bar: Bar;
  /** Number of the bar in its take. */
  readonly index: number;
  /** Whether what rings over the bar line must end there: this bar does not continue the one before. */
  readonly cut: boolean;
  /** The source is behind, so the last bar is played again. */
  readonly repeated: boolean;
}

/** Where a song position lies: the bar, and how far into it. */
export interface Place {
  readonly index: number;
  readonly from: number;
}

const EMPTY: BarProvider = { length: 0, bar: () => 'end' };

/** Decides at every bar line which bar comes next: the one after, the loop's start, a new take, or the last one again. */
export class Arranger {
  loop: LoopRange | null = null;
  #provider: BarProvider = EMPTY;
  #coming: { provider: BarProvider; from: 'start' | 'same-bar' } | null = null;
  #next = 0;
  #last: { bar: Bar; index: number } | null = null;
  #broken = false;

  /** Number of the bar that comes next if nothing intervenes. */
  get nextIndex(): number {
    return this.loop && this.#next >= this.loop.startBar + this.loop.bars ? this.loop.startBar : this.#next;
  }

  /** A take waits for the bar line. */
  get swapping(): boolean {
    return this.#coming !== null;
  }

  /** Plays from this provider, at once when nothing was played yet, else from the next bar line. */
  use(provider: BarProvider, from: 'start' | 'same-bar', playing: boolean): void {
    if (playing) this.#coming = { provider, from };
    else {
      this.#coming = { provider, from };
      this.#swap();
      this.#last = null;
    }
  }

  /** What to play now; `end`: nothing is left; `later`: nothing is there yet and nothing was before. */
  next(): Placement | 'end' | 'later' {
    const swapped = this.#coming !== null;
    if (swapped) this.#swap();
    const index = this.nextIndex;
    const bar = this.#provider.bar(index);
    if (bar === 'end') return 'end';
    if (bar === 'later') {
      if (!this.#last) return 'later';
      this.#broken = true;
      return { ...this.#last, cut: true, repeated: true };
    }
    const cut = swapped || this.#broken || (this.#last !== null && index !== this.#last.index + 1);
    this.#last = { bar, index };
    this.#next = index + 1;
    this.#broken = false;
    return { bar, index, cut, repeated: false };
  }

  /** Goes to a beat of the take; beyond what a live source has made so far, to its next bar in the same metre. */
  locate(beat: number): Place {
    if (this.#coming) this.#swap();
    this.#broken = true;
    let rest = this.#wrap(Math.max(0, beat));
    let beats = 4;
    for (let index = 0; index < this.#provider.length; index++) {
      const bar = this.#provider.bar(index);
      if (typeof bar === 'string') break;
      beats = bar.beats;
      if (rest < beats - 1e-9) {
        this.#next = index;
        return { index, from: rest };
      }
      rest -= beats;
    }
    this.#next = this.#provider.length;
    return { index: this.#next, from: rest % beats };
  }

  /** Beat of the take at which this bar starts. */
  startOf(index: number): number {
    let start = 0;
    for (let i = 0; i < index; i++) {
      const bar = this.#provider.bar(i);
      if (typeof bar === 'string') break;
      start += bar.beats;
    }
    return start;
  }

  /** Tempo in force at the start of this bar: its own, or the last one before it; null when the take names none. */
  tempoOf(index: number): number | null {
    for (let i = index; i >= 0; i--) {
      const bar = this.#provider.bar(i);
      if (typeof bar === 'string') continue;
      const change = (bar.tempos ?? []).findLast((one) => i < index || one.beat === 0);
      if (change) return change.bpm;
    }
    return null;
  }

  #wrap(beat: number): number {
    if (!this.loop) return beat;
    const start = this.startOf(this.loop.startBar);
    const length = this.startOf(this.loop.startBar + this.loop.bars) - start;
    return length > 0 && beat >= start + length ? start + ((beat - start) % length) : beat;
  }

  #swap(): void {
    const { provider, from } = this.#coming!;
    this.#coming = null;
    this.#provider = provider;
    this.#next = from === 'start' || provider.length === 0 ? 0 : this.#next % provider.length;
  }
}
