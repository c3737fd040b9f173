import { STEPS_PER_BEAT } from '../music/piece.ts';
import {
  BAR,
  BAR_BEAT,
  CHORD,
  CONTINUE,
  FIRST_POSITION,
  NO_CHORD,
  WORD_WIDTH,
  type Words,
} from './vocabulary.ts';

/** Chord value in force at each beat, bar by bar. */
export function chordLine(words: Words, width = WORD_WIDTH): number[][] {
  const bars: number[][] = [];
  let chord = NO_CHORD;
  for (let i = 0; i < words.length; i += width) {
    const barBeat = words[i + BAR_BEAT];
    if (words[i + CHORD] > CONTINUE) chord = words[i + CHORD];
    if (barBeat === BAR) bars.push([]);
    else if (barBeat >= FIRST_POSITION && (barBeat - FIRST_POSITION) % STEPS_PER_BEAT === 0)
      bars[bars.length - 1].push(chord);
  }
  return bars;
}

/** Another line laid over bars of these lengths: repeated by whole bars, a shorter bar by beats. */
export const layOver = (line: readonly (readonly number[])[], barBeats: readonly number[]): number[][] =>
  barBeats.map((beats, bar) => {
    const other = line[bar % line.length];
    return Array.from({ length: beats }, (_, beat) => other[beat % other.length]);
  });

/** The golden ratio's share: its multiples fill an interval evenly however many there are. */
const GOLDEN = 0.6180339887498949;

/**
 * Chords on the way from one line to another of as many beats: a chord is a name, so spans in which neither line changes go
 * over one after another, spread over the piece. More of the way never takes a span back.
 * @param amount 0 = the first, 1 = the second
 */
export function chordsBetween(from: readonly number[], to: readonly number[], amount: number): number[] {
  const spans: number[][] = [];
  for (const [beat, chord] of from.entries()) {
    if (chord === to[beat]) continue;
    const same = beat > 0 && chord === from[beat - 1] && to[beat] === to[beat - 1];
    if (same) spans[spans.length - 1].push(beat);
    else spans.push([beat]);
  }
  const order = spans.map((beats, i) => ({ beats, turn: (i * GOLDEN) % 1 })).sort((a, b) => a.turn - b.turn);
  const between = [...from];
  for (const { beats } of order.slice(0, Math.round(amount * spans.length)))
    for (const beat of beats) between[beat] = to[beat];
  return between;
}
