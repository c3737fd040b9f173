import type { BarNote, Voice } from '../../../model/midi/bar.ts';

/** Bass notes lie below this (C4, middle C); without it a lone high melody note would be called bass. */
const BASS_BELOW = 60;
/** Melody notes lie at or above this (C3) or alone; left-hand figures below it are no tune. */
const MELODY_FROM = 55;

/**
 * The voice of every note of a bar, in the order of the notes. A note keeps the voice that its source gave it. Else, among
 * notes struck together: the highest is melody, the lowest is bass, what lies between is chords.
 */
export function splitVoices(notes: readonly BarNote[]): Voice[] {
  const extremes = new Map<number, { low: number; high: number }>();
  for (const note of notes) {
    const found = extremes.get(note.beat);
    if (!found) extremes.set(note.beat, { low: note.pitch, high: note.pitch });
    else {
      found.low = Math.min(found.low, note.pitch);
      found.high = Math.max(found.high, note.pitch);
    }
  }
  return notes.map((note) => {
    if (note.voice) return note.voice;
    const { low, high } = extremes.get(note.beat)!;
    if (note.pitch === high && note.pitch >= MELODY_FROM) return 'melody';
    if (note.pitch === low && note.pitch < BASS_BELOW) return 'bass';
    return 'chords';
  });
}
