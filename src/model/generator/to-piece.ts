import { Random } from '../muser/random.ts';
import type { ChordChange, Key, Piece, PieceNote, TempoChange } from '../music/piece.ts';
import { STEPS_PER_BEAT } from '../music/piece.ts';
import { chordOfValue, pitchOfValue, shiftOfTonic } from '../tokens/values.ts';
import {
  BAR,
  BAR_BEAT,
  bpmOfValue,
  CHORD,
  CONTINUE,
  FIRST_POSITION,
  PITCH,
  TEMPO,
  TYPE,
  VELOCITY,
  velocityOfValue,
  type Words,
} from '../tokens/vocabulary.ts';
import { playedNote } from './played-note.ts';
import { isNote, voiceOfType, WORD_WIDTH } from './vocabulary.ts';

/** No key is held for less. */
const SHORTEST = 0.125;

/** How the notes of a bar are played within what their values say: the same whatever stands in other bars. */
const touchOfBar = (seed: number, bar: number): Random => new Random(seed, `touch ${bar}`);

/**
 * The piece that words say, in the given key. Under a seed notes are played anywhere within what their timing and duration stand
 * for; else in the middle.
 * @param firstBar number of the first of these bars
 */
export function wordsToPiece(words: Words, key: Key, seed: number | null = null, firstBar = 0): Piece {
  const shift = shiftOfTonic(key.tonic);
  const barBeats: number[] = [];
  const notes: PieceNote[] = [];
  const tempos: TempoChange[] = [];
  const chords: ChordChange[] = [];
  let random: Random | null = null;
  let [first, step] = [0, 0];
  for (let i = 0; i < words.length; i += WORD_WIDTH) {
    const word = words.subarray(i, i + WORD_WIDTH);
    if (isNote(word[TYPE])) {
      const { offset, ...held } = playedNote(word, random);
      const [pitch, velocity] = [pitchOfValue(word[PITCH], shift), velocityOfValue(word[VELOCITY])];
      // Nothing is played before the piece begins.
      notes.push({
        step,
        pitch,
        velocity,
        voice: voiceOfType(word[TYPE]),
        offset: Math.max(-step, offset),
        ...held,
      });
    } else if (word[BAR_BEAT] === BAR) {
      random = seed === null ? null : touchOfBar(seed, firstBar + barBeats.length);
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
  return { key, barBeats, notes: endAtNextStroke(notes), tempos, chords };
}

/** No key is struck while it is down. */
function endAtNextStroke(notes: readonly PieceNote[]): PieceNote[] {
  const next = new Map<number, PieceNote>();
  const ended: PieceNote[] = [];
  for (let i = notes.length - 1; i >= 0; i--) {
    const { offset = 0, length = 0, ...note } = notes[i];
    const after = next.get(note.pitch);
    const duration = Math.min(note.duration, after ? after.step - note.step : note.duration);
    const room = after ? after.step + (after.offset ?? 0) - note.step - offset : length;
    const held = Math.round(Math.max(SHORTEST, Math.min(length, room)) * 1000) / 1000;
    const made = {
      ...note,
      duration,
      ...(offset !== 0 ? { offset } : {}),
      ...(held !== duration ? { length: held } : {}),
    };
    next.set(note.pitch, made);
    ended.push(made);
  }
  return ended.reverse();
}
