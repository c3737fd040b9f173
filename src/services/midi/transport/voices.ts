import type { BarNote } from '../../../model/midi/bar.ts';
import { STEPS_PER_BEAT } from '../../../model/music/piece.ts';
import { type Voice, voicesOf } from '../../../model/music/voices.ts';

/** The voice of every note of a bar: the one that its source gave it, else the one of the step that it was played nearest to. */
export function splitVoices(notes: readonly BarNote[]): Voice[] {
  const found = voicesOf(
    notes.map(({ beat, pitch }) => ({ step: Math.round(beat * STEPS_PER_BEAT), pitch })),
  );
  return notes.map((note, i) => note.voice ?? found[i]);
}
