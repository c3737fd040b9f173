import { findKey } from '../music/key.ts';
import { measure } from '../music/measures.ts';
import type { Piece } from '../music/piece.ts';
import type { Words } from '../tokens/vocabulary.ts';
import { heardNotes } from './heard.ts';
import { barRepetition } from './repetition.ts';

/** What is compared between generated and real clips, in the order of the tables. */
export const CLIP_FIGURES = [
  'PR',
  'NPC',
  'POLY',
  'BPR',
  'BNPC',
  'BPOLY',
  'notesPerBar',
  'notesPerSecond',
  'velocity',
  'duration',
  'bpm',
  'repetition',
] as const;
export type ClipFigure = (typeof CLIP_FIGURES)[number];

export interface ClipFigures extends Readonly<Record<ClipFigure, number>> {
  /** True if the notes themselves sound in major (Krumhansl profiles on sounding time). */
  readonly major: boolean;
}

/** Figures of one clip, given as words and as the piece that they say. */
export function clipFigures(words: Words, piece: Piece): ClipFigures {
  const measures = measure(piece);
  const beats = piece.barBeats.reduce((sum, n) => sum + n, 0);
  const seconds = measures.notesPerSecond > 0 ? piece.notes.length / measures.notesPerSecond : 0;
  return {
    PR: measures.pitchRange,
    NPC: measures.pitchClasses,
    POLY: measures.polyphony,
    BPR: measures.barPitchRange,
    BNPC: measures.barPitchClasses,
    BPOLY: measures.barPolyphony,
    notesPerBar: piece.notes.length / Math.max(1, piece.barBeats.length),
    notesPerSecond: measures.notesPerSecond,
    velocity: measures.meanVelocity,
    duration: piece.notes.reduce((sum, note) => sum + note.duration, 0) / Math.max(1, piece.notes.length),
    bpm: seconds > 0 ? (60 * beats) / seconds : 0,
    repetition: barRepetition(words),
    major: findKey(heardNotes(piece)).mode === 'major',
  };
}
