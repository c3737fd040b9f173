import { type Message, rank } from '../message.ts';

/** A message with its absolute time. */
export interface Timed {
  /** Milliseconds of the monotonic clock. */
  readonly due: number;
  readonly message: Message;
  /** Ties a note-off to its note-on; see NoteTable. */
  readonly note?: number;
}

interface Entry extends Timed {
  readonly rank: number;
  readonly order: number;
}

function before(a: Entry, b: Entry): boolean {
  if (a.due !== b.due) return a.due < b.due;
  if (a.rank !== b.rank) return a.rank < b.rank;
  return a.order < b.order;
}

/** Messages by absolute time; at the same time in the order of rank(), then in the order they came. A binary heap. */
export class SendQueue {
  readonly #heap: Entry[] = [];
  #order = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** When the first message is due; Infinity when there is none. */
  get nextDue(): number {
    return this.#heap.length > 0 ? this.#heap[0].due : Number.POSITIVE_INFINITY;
  }

  push(timed: Timed): void {
    const entry = { ...timed, rank: rank(timed.message), order: this.#order++ };
    const heap = this.#heap;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(entry, heap[parent])) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = entry;
  }

  /** Takes the first message if it is due at `now`. */
  pop(now: number): Timed | null {
    const heap = this.#heap;
    const first = heap[0];
    if (!first || first.due > now) return null;
    const last = heap.pop()!;
    if (heap.length > 0) this.#sink(last);
    return first;
  }

  /** Forgets everything; returns how many messages that were. */
  clear(): number {
    const count = this.#heap.length;
    this.#heap.length = 0;
    return count;
  }

  #sink(entry: Entry): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++;
      if (!before(heap[child], entry)) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = entry;
  }
}
