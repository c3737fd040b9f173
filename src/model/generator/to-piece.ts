import type { ChordChange, Key, Piece, PieceNote, TempoChange } from '../music/piece.ts';
import { STEPS_PER_BEAT } from '../music/piece.ts';
import { chordOfValue, pitchOfValue, shiftOfTonic } from '../tokens/values.ts';
import {
  BAR,
  BAR_BEAT,
  bpmOfValue,
  CHORD,
  CONTINUE,
  DURATION,
  FIRST_POSITION,
  PITCH,
  TEMPO,
  TYPE,
  VELOCITY,
  velocityOfValue,
  WORD_WIDTH,
  type Words,
} from '../tokens/vocabulary.ts';
import { DURATION_STEPS, isNote, voiceOfType } from './vocabulary.ts';

/** The piece that words say, in the given key. */
export function wordsToPiece(words: Words, key: Key): Piece {
  const shift = shiftOfTonic(key.tonic);
  const barBeats: number[] = [];
  const notes: PieceNote[] = [];
  const tempos: TempoChange[] = [];
  const chords: ChordChange[] = [];
  let [first, step] = [0, 0];
  for (let i = 0; i < words.length; i += WORD_WIDTH) {
    const word = words.subarray(i, i + WORD_WIDTH);
    if (isNote(word[TYPE])) {
      const pitch = pitchOfValue(word[PITCH], shift);
      const [duration, velocity] = [DURATION_STEPS[word[DURATION]], velocityOfValue(word[VELOCITY])];
      notes.push({ step, pitch, duration, velocity, voice: voiceOfType(word[TYPE]) });
    } else if (word[BAR_BEAT] === BAR) {
      first += barBeats.at(-1) ?? 0;
      barBeats.push(0);
    } else if (word[BAR_BEAT] >= FIRST_POSITION) {
      const position = word[BAR_BEAT] - FIRST_POSITION;
      const inBar = Math.floor(position / STEPS_PER_BEAT);
      barBeats[barBeats.length - 1] = inBar + 1;
      step = first * STEPS_PER_BEAT + position;
      const beat = first + inBar;
      if (word[TEMPO] > CONTINUE) tempos.push({ beat, bpm: bpmOfValue(word[TEMPO]) });
      if (word[CHORD] > CONTINUE) chords.push({ beat, chord: chordOfValue(word[CHORD], key.tonic) });
    }
  }
  return { key, barBeats, notes, tempos, chords };
}
