import type { Clip } from '../../contract/document.ts';
import type { AnyElement } from '../../contract/elements.ts';
import { sortedClips } from '../session/clips.ts';
import type { Session } from '../session/session.svelte.ts';

export type Side = 'a' | 'b';
export interface Pair {
  readonly a: Clip;
  readonly b: Clip;
}

/** Two clips beside each other. The one that is heard is the current clip, so that every tool and key works on it. */
export class Comparison {
  /** The row that the current clip is in. */
  side = $state<Side>('a');
  /** Lanes that are shown. */
  lanes = $state.raw<ReadonlySet<AnyElement>>(new Set<AnyElement>(['chord', 'pitch', 'velocity']));
  #open = $state(false);
  #otherId = $state<string | null>(null);
  readonly #session: Session;
  /** True while live music has the lanes. */
  readonly #live: () => boolean;
  #last: Pair | null = null;
  /** null while nothing is compared. */
  readonly pair: Pair | null = $derived.by(() => {
    const { current } = this.#session;
    if (!this.#open || !current || this.#live()) return null;
    const other = this.#other();
    if (!other) return null;
    return this.#steady(this.side === 'a' ? { a: current, b: other } : { a: other, b: current });
  });

  constructor(session: Session, live: () => boolean) {
    this.#session = session;
    this.#live = live;
  }

  /**
   * Shows the current clip beside another: the one given, the one it was partly written from, the one of the last time, or
   * the best of the others.
   */
  start(otherId: string | null = null): void {
    const { current, doc, notices } = this.#session;
    if (this.#live()) {
      notices.tell('Live music has the lanes. Stop it to compare clips.');
      return;
    }
    if (!current || doc.clips.length < 2) {
      notices.tell('Two clips are needed to compare: generate takes, or open a MIDI file.');
      return;
    }
    this.#otherId = otherId ?? current.renewed?.clipId ?? this.#otherId;
    this.side = 'a';
    this.#open = true;
    this.#session.comparing = false;
  }

  close(): void {
    this.#open = false;
  }

  /** Which row a clip is in. */
  sideOf(clipId: string): Side | null {
    if (this.pair?.a.id === clipId) return 'a';
    return this.pair?.b.id === clipId ? 'b' : null;
  }

  /** Hears the other one, at the same place in the music. */
  swap(): void {
    if (this.pair) this.hear(this.side === 'a' ? 'b' : 'a');
  }

  /** One key for both comparisons: the other clip, or else the music before the last change. */
  turn(): void {
    if (this.pair) this.swap();
    else if (this.#session.current?.before) this.#session.comparing = !this.#session.comparing;
  }

  hear(side: Side): void {
    const { pair } = this;
    if (!pair || side === this.side) return;
    const now = pair[this.side].id;
    const next = pair[side].id;
    this.#otherId = now;
    this.side = side;
    this.#session.show(next);
  }

  /** Puts a clip into a row; if it is in the other row, the two change places. */
  put(side: Side, clipId: string): void {
    const { pair } = this;
    if (!pair || pair[side].id === clipId) return;
    if (pair.a.id === clipId || pair.b.id === clipId) this.side = this.side === 'a' ? 'b' : 'a';
    else if (side === this.side) {
      this.#otherId = pair[side === 'a' ? 'b' : 'a'].id;
      this.#session.show(clipId);
    } else this.#otherId = clipId;
  }

  /** A click on a clip while comparing: it is heard, in its own row or in place of the one that was heard. */
  pick(clipId: string): void {
    const side = this.sideOf(clipId);
    if (side) this.hear(side);
    else this.put(this.side, clipId);
  }

  toggleLane(element: AnyElement): void {
    const lanes = new Set(this.lanes);
    if (!lanes.delete(element)) lanes.add(element);
    if (lanes.size > 0) this.lanes = lanes;
  }

  /** The same object while the clips are the same, so that what is drawn from it is not drawn again for nothing. */
  #steady(pair: Pair): Pair {
    const last = this.#last;
    if (last?.a === pair.a && last.b === pair.b) return last;
    this.#last = pair;
    return pair;
  }

  #other(): Clip | null {
    const { current, doc, order } = this.#session;
    const others = doc.clips.filter((clip) => clip !== current);
    return others.find(({ id }) => id === this.#otherId) ?? sortedClips(others, order)[0] ?? null;
  }
}
