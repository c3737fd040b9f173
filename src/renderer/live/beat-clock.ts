/** Further off than this, beats: the player has jumped, and so does the clock. */
const JUMP = 0.5;
/** A message is never early. One that seems so tells that the clock is behind; a late one tells little. */
const GAIN_EARLY = 0.5;
const GAIN_LATE = 0.06;

/** Which beat it is between the positions that a player tells ten times a second, over a line with delays. */
export class BeatClock {
  bpm = 120;
  #anchor: { readonly beat: number; readonly time: number } | null = null;

  get running(): boolean {
    return this.#anchor !== null;
  }

  /** The player said this beat and tempo; heard at `time`, seconds. Returns false where it has jumped or just begun. */
  hear(beat: number, bpm: number, time: number): boolean {
    const guess = this.#anchor ? this.beatAt(time) : Number.NaN;
    const error = beat - guess;
    this.bpm = bpm;
    if (!(Math.abs(error) < JUMP)) {
      this.#anchor = { beat, time };
      return false;
    }
    this.#anchor = { beat: guess + (error > 0 ? GAIN_EARLY : GAIN_LATE) * error, time };
    return true;
  }

  stop(): void {
    this.#anchor = null;
  }

  beatAt(time: number): number {
    return this.#anchor ? this.#anchor.beat + ((time - this.#anchor.time) * this.bpm) / 60 : 0;
  }

  timeOf(beat: number): number {
    return this.#anchor ? this.#anchor.time + ((beat - this.#anchor.beat) * 60) / this.bpm : 0;
  }
}
