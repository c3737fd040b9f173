/** Tempo from this beat on; in force until the next change. */
export interface TempoChange {
  /** Beats (quarter notes) from the start of the piece. */
  readonly beat: number;
  readonly bpm: number;
}

/** Sustain pedal held, in steps from the start (fractions allowed). */
export interface PedalSpan {
  readonly startStep: number;
  readonly endStep: number;
}

/** A musical key: tonic as pitch class (0 = C … 11 = B) and mode. */
export interface Key {
  readonly tonic: number;
  readonly mode: 'major' | 'minor';
}
