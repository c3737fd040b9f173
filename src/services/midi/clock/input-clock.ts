import { smallest } from '../../../model/lists.ts';

/** Deliveries that are compared to find the quickest one. */
const MEMORY = 64;
/** A gap after which the driver's time and ours are matched anew, ms. */
const RESYNC_MS = 2000;

/**
 * When a message really arrived. The driver stamps messages in its own thread, but gives only the time since the message
 * before; our event loop sees them later, by an amount that varies. The driver's time is therefore tied to our clock by
 * the quickest of the last deliveries.
 */
export class InputClock {
  #device = 0;
  #lastSeen = Number.NEGATIVE_INFINITY;
  readonly #offsets: number[] = [];

  /** `deltaSeconds` as the driver gives it (negative or absent: unknown), `now` our clock in ms; returns ms of our clock. */
  stamp(deltaSeconds: number | undefined, now: number): number {
    const delta = (deltaSeconds ?? -1) * 1000;
    const gap = now - this.#lastSeen;
    this.#lastSeen = now;
    // A delta that contradicts our own clock grossly is no time stamp.
    if (!(delta >= 0) || gap > RESYNC_MS || delta > gap + 500) {
      this.#offsets.length = 0;
      this.#device = 0;
      this.#offsets.push(now);
      return now;
    }
    this.#device += delta;
    this.#offsets.push(now - this.#device);
    if (this.#offsets.length > MEMORY) this.#offsets.shift();
    return Math.min(now, this.#device + smallest(this.#offsets));
  }
}
