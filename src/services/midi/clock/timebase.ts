/** Maps beats of the transport to milliseconds of the monotonic clock. The player asks it only a moment ahead. */
export interface Timebase {
  /** When this beat is (or will be, as far as is known). */
  timeOf(beat: number): number;
  /** Which beat it is at this time. */
  beatAt(time: number): number;
  /** Beats a minute at this time; null while unknown. */
  bpmAt(time: number): number | null;
}

interface Segment {
  readonly beat: number;
  readonly time: number;
  readonly bpm: number;
}

/** Our own clock: straight lines between tempo changes. */
export class TempoClock implements Timebase {
  /** Sorted by beat; the first one reaches back without end. */
  readonly #segments: Segment[];

  constructor(beat: number, time: number, bpm: number) {
    this.#segments = [{ beat, time, bpm }];
  }

  /** Tempo from this beat on; forgets changes that lay after it. */
  setTempo(beat: number, bpm: number): void {
    const time = this.timeOf(beat);
    while (this.#segments.length > 1 && this.#segments.at(-1)!.beat >= beat) this.#segments.pop();
    if (this.#segments.at(-1)!.bpm === bpm) return;
    this.#segments.push({ beat, time, bpm });
    // Only what lies just behind is still asked for.
    if (this.#segments.length > 64) this.#segments.splice(0, 32);
  }

  timeOf(beat: number): number {
    const segment = this.#segments.findLast((candidate) => candidate.beat <= beat) ?? this.#segments[0];
    return segment.time + ((beat - segment.beat) * 60_000) / segment.bpm;
  }

  beatAt(time: number): number {
    const segment = this.#at(time);
    return segment.beat + ((time - segment.time) * segment.bpm) / 60_000;
  }

  bpmAt(time: number): number {
    return this.#at(time).bpm;
  }

  #at(time: number): Segment {
    return this.#segments.findLast((candidate) => candidate.time <= time) ?? this.#segments[0];
  }
}
