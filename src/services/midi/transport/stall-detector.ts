/** Without a look for this long while playing, the process did not run: the machine slept, or it was stopped. */
const HELD_UP_MS = 1000;

/** Knows when the process has stood still. */
export class StallDetector {
  /** When it was looked last; null when nothing played then. */
  #looked: number | null = null;

  /** When it was last seen running, where that is too long ago to catch up; else null. */
  since(now: number): number | null {
    return this.#looked !== null && now - this.#looked > HELD_UP_MS ? this.#looked : null;
  }

  look(now: number, playing: boolean): void {
    this.#looked = playing ? now : null;
  }
}
