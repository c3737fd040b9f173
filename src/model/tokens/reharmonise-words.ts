import type { Key } from '../music/piece.ts';
import { Reharmoniser } from '../music/reharmonise.ts';
import { beatPointers } from './bars.ts';
import { chordOfValue } from './values.ts';
import {
  BAR_BEAT,
  CHORD,
  CONTINUE,
  FIRST_POSITION,
  PITCH,
  PITCH_BASE,
  TYPE,
  TYPE_NOTE,
  VOCABULARY_SIZES,
  WORD_WIDTH,
  type Words,
} from './vocabulary.ts';

export type Mode = Key['mode'];

/**
 * Words with other chords, their notes moved along: bars, onsets, lengths, velocities and tempos stay. Beats whose chord
 * stays the same keep their notes.
 * @param from chord value in force at each beat; @param to the one that is to be
 * @param modes scales before and after, on C as all words are; @param width values a word
 */
export function reharmoniseWords(
  words: Words,
  from: readonly number[],
  to: readonly number[],
  modes: { readonly from: Mode; readonly to: Mode },
  width = WORD_WIDTH,
): Words {
  const out = words.slice();
  const pointers = beatPointers(words, width);
  const change = (beat: number) => `${from[beat]} ${to[beat]}`;
  const pitches = new Map<string, number[]>();
  eachNote(words, width, (beat, pitch) => {
    const list = pitches.get(change(beat));
    if (list) list.push(pitch);
    else pitches.set(change(beat), [pitch]);
  });
  const movers = new Map<string, Reharmoniser>();
  const moverOf = (beat: number): Reharmoniser => {
    const name = change(beat);
    const mover =
      movers.get(name) ?? new Reharmoniser(changeOf(from[beat], to[beat], modes), pitches.get(name));
    movers.set(name, mover);
    return mover;
  };
  const lowest = lowestNotes(words, width);
  let chord = 0;
  for (let i = 0; i * width < words.length; i++) {
    const beat = pointers[i + 1];
    if (words[i * width + CHORD] >= CONTINUE && isBeatStart(words, i, width)) {
      out[i * width + CHORD] = to[beat] === chord ? CONTINUE : to[beat];
      chord = to[beat];
    }
    if (words[i * width + TYPE] < TYPE_NOTE || from[beat] === to[beat]) continue;
    const onset = pitchesFrom(words, i, width);
    const moved = moverOf(beat).move(onset, onset[0] === lowest[beat]);
    moved.forEach((pitch, k) => {
      out[(i + k) * width + PITCH] = pitch - PITCH_BASE;
    });
    i += onset.length - 1;
  }
  return out;
}

const isBeatStart = (words: Words, i: number, width: number): boolean =>
  words[i * width + BAR_BEAT] >= FIRST_POSITION && (words[i * width + BAR_BEAT] - FIRST_POSITION) % 4 === 0;

const changeOf = (from: number, to: number, modes: { readonly from: Mode; readonly to: Mode }) => ({
  from: chordOfValue(from, 0),
  to: chordOfValue(to, 0),
  fromKey: { tonic: 0, mode: modes.from },
  toKey: { tonic: 0, mode: modes.to },
  low: PITCH_BASE + 1,
  high: PITCH_BASE + VOCABULARY_SIZES.pitch - 1,
});

/** MIDI pitches of the notes from a word on, as far as they share its onset. */
function pitchesFrom(words: Words, first: number, width: number): number[] {
  const pitches: number[] = [];
  for (let i = first; i * width < words.length && words[i * width + TYPE] >= TYPE_NOTE; i++)
    pitches.push(words[i * width + PITCH] + PITCH_BASE);
  return pitches;
}

function eachNote(words: Words, width: number, tell: (beat: number, pitch: number) => void): void {
  const pointers = beatPointers(words, width);
  for (let i = 0; i * width < words.length; i++)
    if (words[i * width + TYPE] >= TYPE_NOTE) tell(pointers[i + 1], words[i * width + PITCH] + PITCH_BASE);
}

/** Lowest MIDI pitch that starts in each beat. */
function lowestNotes(words: Words, width: number): number[] {
  const lowest: number[] = [];
  eachNote(words, width, (beat, pitch) => {
    lowest[beat] = Math.min(lowest[beat] ?? pitch, pitch);
  });
  return lowest;
}
