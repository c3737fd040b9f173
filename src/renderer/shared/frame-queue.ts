const REST_MS = 200;

type Job = () => void;

/** Work that can wait, done one piece a frame so that no frame is late for it. A job that waits already waits once. */
export class FrameQueue {
  readonly #waiting = new Set<Job>();
  readonly #resting = new Set<Job>();
  #asked = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** From the next frame on. */
  soon(job: Job): void {
    this.#resting.delete(job);
    this.#waiting.add(job);
    this.#ask();
  }

  /** Once nothing has been asked for a moment. */
  atRest(job: Job): void {
    this.#resting.add(job);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      for (const one of this.#resting) this.soon(one);
    }, REST_MS);
  }

  /** The job is done already, or not wanted any more. */
  drop(job: Job): void {
    this.#waiting.delete(job);
    this.#resting.delete(job);
  }

  #ask(): void {
    if (!this.#asked) requestAnimationFrame(this.#next);
    this.#asked = true;
  }

  readonly #next = (): void => {
    this.#asked = false;
    const [job] = this.#waiting;
    if (!job) return;
    this.#waiting.delete(job);
    if (this.#waiting.size > 0) this.#ask();
    job();
  };
}
