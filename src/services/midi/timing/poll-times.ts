const POLL_MS = 1000;
/** Looking for ports takes a few milliseconds, so it waits for a gap in the music, but not for ever. */
const GAP_MS = 20;
const LATEST_MS = 5000;

/** When to look for ports. */
export class PollTimes {
  #last = 0;

  /** Whether to look now, when nothing is due for `gapMs`; true counts as having looked. */
  take(now: number, gapMs: number): boolean {
    const since = now - this.#last;
    if (since < LATEST_MS && (since < POLL_MS || gapMs < GAP_MS)) return false;
    this.#last = now;
    return true;
  }
}
