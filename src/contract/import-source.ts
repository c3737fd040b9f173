import {
  type Infer,
  integer,
  list,
  nullable,
  number,
  object,
  oneOf,
  optional,
  text,
} from '../model/validate.ts';

/** How a file was read when it was opened, and what its user says about that; kept with the clip. */

export const FILE_ID = /^[0-9a-f]{40}$/;
export const MOST_BPM = 6000;
const GRIDS = ['file', 'track', 'free'] as const;

/** What the user knows better than the importer. */
export const correctionSchema = object({
  /** Where beats come from: as the file calls for, its own ticks, found by listening, or none claimed. */
  grid: oneOf(['auto', ...GRIDS]),
  /** The tempo by an octave: `double` has twice as many beats. */
  octave: oneOf(['found', 'double', 'halve']),
  /** Bar lines so many beats later. */
  shiftBeats: integer(-3, 3),
  /** Quarters a bar. */
  metre: oneOf(['found', 3, 4]),
});
export type Correction = Infer<typeof correctionSchema>;

/** Everything as the importer decides by itself. */
export const AS_FOUND: Correction = { grid: 'auto', octave: 'found', shiftBeats: 0, metre: 'found' };

/** What was decided about a file's beats. */
const decisionShape = {
  grid: oneOf(GRIDS),
  /** 0..1: how sure the beats are. */
  certainty: number(0, 1),
  /** The median beat's tempo; quarters a minute. */
  bpm: number(1, MOST_BPM),
  /** What of the file could not be read as it stands, a phrase each; absent where all of it could. */
  passedOver: optional(list(text(200), 40)),
};
const decisionSchema = object(decisionShape);
export type Decision = Infer<typeof decisionSchema>;

export const sourceSchema = object({
  /** The file's bytes in the host's keeping; null when they could not be kept. */
  fileId: nullable(text(40, FILE_ID)),
  fileName: text(255),
  correction: correctionSchema,
  ...decisionShape,
  /** Of the notes as they came in, to tell whether they were changed since. */
  fingerprint: text(16),
});
export type Source = Infer<typeof sourceSchema>;
