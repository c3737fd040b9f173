import { AffettoError } from '../error.ts';
import {
  type ChordChange,
  type Key,
  type Piece,
  type PieceNote,
  STEPS_PER_BEAT,
  type TempoChange,
} from '../music/piece.ts';
import { indexBars } from './bars.ts';
import { checkWords } from './grammar.ts';
import { readBar } from './read-bar.ts';
import { WORD_WIDTH, type Words } from './vocabulary.ts';

/** The piece that a grammatical word sequence says, in the given key. Throws on the first break of the grammar. */
export function wordsToPiece(words: Words, key: Key): Piece {
  const problem = checkWords(words);
  if (problem) throw new AffettoError(`word ${problem.word}: ${problem.reason}`, 'failure');
  const { starts, beats: barBeats } = indexBars(words);
  const notes: PieceNote[] = [];
  const tempos: TempoChange[] = [];
  const chords: ChordChange[] = [];
  let start = 0;
  for (const [i, first] of starts.entries()) {
    const end = starts[i + 1] ?? words.length / WORD_WIDTH;
    const bar = readBar(words.subarray(first * WORD_WIDTH, end * WORD_WIDTH), key);
    for (const note of bar.notes) notes.push({ ...note, step: start * STEPS_PER_BEAT + note.step });
    for (const change of bar.tempos) tempos.push({ ...change, beat: start + change.beat });
    for (const change of bar.chords) chords.push({ ...change, beat: start + change.beat });
    start += barBeats[i];
  }
  return { key, barBeats, notes, tempos, chords };
}
