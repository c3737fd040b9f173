import type { Key } from '../music/piece.ts';
import type { WrittenBar } from '../tokens/read-bar.ts';
import type { Words } from '../tokens/vocabulary.ts';
import { wordsToPiece } from './to-piece.ts';

/** What one bar's words (Bar word first) say, as it is played: lengths are those for which keys are held. */
export function readBar(words: Words, key: Key, seed: number, bar: number): WrittenBar {
  const { barBeats, notes, tempos, chords } = wordsToPiece(words, key, seed, bar);
  return {
    beats: barBeats[0],
    notes: notes.map(({ step, pitch, duration, length = duration, velocity, offset, voice }) => ({
      step,
      pitch,
      duration: length,
      velocity,
      ...(offset === undefined ? {} : { offset }),
      ...(voice === undefined ? {} : { voice }),
    })),
    tempos,
    chords,
  };
}
