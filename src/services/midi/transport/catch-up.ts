/** So much faster than its tempo the music runs to catch up. */
const FASTEST = 2;

/** Lets music that follows a clock run after it when the clock leaps, instead of playing what was leapt over at once. */
export class CatchUp {
  #beat = 0;
  #time = 0;

  /** The music starts at this beat, with `aheadMs` of it due at once. */
  restart(beat: number, now: number, aheadMs: number): void {
    this.#beat = beat;
    this.#time = now - aheadMs;
  }

  /** How far to go now of the way to `beat`. */
  towards(beat: number, now: number, bpm: number): number {
    const most = this.#beat + (FASTEST * (now - this.#time) * bpm) / 60_000;
    this.#time = now;
    if (!(beat > this.#beat)) return this.#beat;
    this.#beat = Math.min(beat, most);
    return this.#beat;
  }
}
