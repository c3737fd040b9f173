/** A share of one core that waiting for messages may burn in the long run. */
const SHARE = 0.08;
/** What may be burnt at once after a quiet while, ms. */
const SAVED_MS = 20;
/** Even an idle machine wakes a thread this late, ms. */
const LEAST_MS = 0.15;
/** Who wakes later than this was held up by something that no early rising mends, ms. */
const MOST_MS = 3;
/** A late wake-up is forgotten by this much at every later one that is better: by half within 140. */
const FORGET = 0.005;
/** From waking to looking at the clock. */
const SPARE_MS = 0.05;

/**
 * How long before a message is due its sender wants to be awake and spin. It is as early as the machine has lately woken
 * it late, but no earlier than a fixed share of one core pays for. Clock-free: told what happened, and when.
 */
export class EarlyWake {
  #late = LEAST_MS;
  #allowance = SAVED_MS;
  #last = Number.NEGATIVE_INFINITY;

  /** ms before the due time. */
  get early(): number {
    return Math.max(LEAST_MS, Math.min(this.#late + SPARE_MS, this.#allowance, MOST_MS));
  }

  /** The thread woke `lateMs` after it had wanted to. */
  woke(lateMs: number): void {
    const late = Math.max(LEAST_MS, Math.min(MOST_MS, lateMs));
    this.#late = Math.max(late, this.#late - FORGET * (this.#late - late));
  }

  /** `ms` were spent spinning until `now`. */
  spun(ms: number, now: number): void {
    const earned = this.#last === Number.NEGATIVE_INFINITY ? 0 : (now - this.#last) * SHARE;
    this.#last = now;
    this.#allowance = Math.max(0, Math.min(SAVED_MS, this.#allowance + earned) - ms);
  }
}
