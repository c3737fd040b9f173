import { notices } from '../notices.ts';
import type { Notice } from '../protocol.ts';

/** Counts the bars that were repeated because a live source was behind, and tells when that begins and ends. */
export class LagWatch {
  readonly #notice: (notice: Notice) => void;
  #behind = false;
  #repeated = 0;

  constructor(notice: (notice: Notice) => void) {
    this.#notice = notice;
  }

  get repeatedBars(): number {
    return this.#repeated;
  }

  /** A bar was laid down. */
  placed(repeated: boolean): void {
    if (repeated) this.#repeated++;
    this.#become(repeated);
  }

  /** The music was stopped: nothing is behind any more. */
  stopped(): void {
    this.#become(false);
  }

  #become(behind: boolean): void {
    if (behind === this.#behind) return;
    this.#behind = behind;
    this.#notice(behind ? notices.behind() : notices.caughtUp());
  }
}
