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
import { chordOfValue, pitchOfValue, shiftOfTonic } from './values.ts';
import {
  BAR,
  BAR_BEAT,
  bpmOfValue,
  CHORD,
  CONTINUE,
  DURATION,
  DURATION_STEPS,
  FIRST_POSITION,
  PITCH,
  TEMPO,
  TYPE,
  TYPE_METRICAL,
  VELOCITY,
  velocityOfValue,
  WORD_WIDTH,
  type Words,
} from './vocabulary.ts';

/** The piece that a grammatical word sequence says, in the given key. Throws on the first break of the grammar. */
export function wordsToPiece(words: Words, key: Key): Piece {
  const problem = checkWords(words);
  if (problem) throw new AffettoError(`word ${problem.word}: ${problem.reason}`, 'failure');
  const shift = shiftOfTonic(key.tonic);
  const barBeats = indexBars(words).beats;
  const notes: PieceNote[] = [];
  const tempos: TempoChange[] = [];
  const chords: ChordChange[] = [];
  let bar = -1;
  let barStep = 0;
  let step = 0;
  for (let i = 0; i < words.length; i += WORD_WIDTH) {
    if (words[i + TYPE] !== TYPE_METRICAL) {
      notes.push({
        step,
        pitch: pitchOfValue(words[i + PITCH], shift),
        duration: DURATION_STEPS[words[i + DURATION]],
        velocity: velocityOfValue(words[i + VELOCITY]),
      });
    } else if (words[i + BAR_BEAT] === BAR) {
      if (bar >= 0) barStep += barBeats[bar] * STEPS_PER_BEAT;
      bar++;
    } else {
      step = barStep + words[i + BAR_BEAT] - FIRST_POSITION;
      const beat = step / STEPS_PER_BEAT;
      if (words[i + TEMPO] !== CONTINUE) tempos.push({ beat, bpm: bpmOfValue(words[i + TEMPO]) });
      if (words[i + CHORD] !== CONTINUE)
        chords.push({ beat, chord: chordOfValue(words[i + CHORD], key.tonic) });
    }
  }
  return { key, barBeats, notes, tempos, chords };
}
