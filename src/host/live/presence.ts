/** A reload, or a line that broke, is back within this time, on a busy machine too. */
export const GRACE_MS = 10_000;

/** Tells when the last window has been gone for a while. */
export class Presence {
  readonly #left: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(left: () => void) {
    this.#left = left;
  }

  /** @param windows that are open now */
  count(windows: number): void {
    clearTimeout(this.#timer);
    if (windows > 0) return;
    this.#timer = setTimeout(this.#left, GRACE_MS);
    // A host that has nothing else to do may end.
    this.#timer.unref();
  }
}
