import { AffettoError } from '../error.ts';

/** How far each lane of a stack has come, and how far back what it remembers reaches. */
export class Lengths {
  readonly #window: number;
  readonly #room: number;
  readonly #now: Float64Array;
  /** The furthest that the lane has been since what lies in its ring was written. */
  readonly #furthest: Float64Array;

  /** @param room steps beyond the window that are kept */
  constructor(window: number, room: number, lanes: number) {
    this.#window = window;
    this.#room = room;
    this.#now = new Float64Array(lanes);
    this.#furthest = new Float64Array(lanes);
  }

  /** Steps that a ring of keys and values holds. */
  get ring(): number {
    return this.#window + this.#room;
  }

  of(lane: number): number {
    return this.#now[lane];
  }

  /** Place of a lane's next step; counts it. */
  next(lane: number): number {
    const place = this.#now[lane]++;
    this.#furthest[lane] = Math.max(this.#furthest[lane], this.#now[lane]);
    return place;
  }

  back(lane: number, length: number): void {
    // Slots of `furthest - ring` steps and before are written over; going on from `length` needs the window before it.
    const from = Math.max(0, length - this.#window);
    if (length > this.#now[lane] || length < 0 || from < this.#furthest[lane] - this.ring)
      throw new AffettoError(
        `a lane of ${this.#now[lane]} steps cannot go back to ${length}; more than ${this.#room} are not kept`,
        'failure',
      );
    this.#now[lane] = length;
  }

  /** @returns slots to copy, as [from, to) ranges of the ring */
  copy(from: number, to: number, since: number): readonly (readonly [number, number])[] {
    const { ring } = this;
    // What the other lane has written since, further on, is not what it had there before: its own first window would see it.
    const end = Math.max(this.#now[from], this.#furthest[to]);
    const steps = end - since;
    const isWhole =
      since > this.#now[to] ||
      since > this.#now[from] ||
      steps >= ring ||
      since < this.#furthest[from] - ring;
    this.#furthest[to] = this.#furthest[from];
    this.#now[to] = this.#now[from];
    if (isWhole) return [[0, ring]];
    const [first, last] = [since % ring, end % ring];
    if (steps === 0) return [];
    return first < last
      ? [[first, last]]
      : [
          [first, ring],
          [0, last],
        ];
  }
}
