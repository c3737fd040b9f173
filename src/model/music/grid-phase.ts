import { largest } from '../lists.ts';
import { bassNotes } from './bass-notes.ts';
import { type BeatLine, beatAt } from './beat-line.ts';
import type { MidiSong, TimedNote } from './song.ts';

/** Where the beats lie beside a file's ticks. */
export interface GridPhase {
  /** Ticks from the file's beats to those of the music; below 0 where the music is early. */
  readonly shift: number;
  /** How sure that is, 0..1. */
  readonly certainty: number;
}

/** Natural logarithm of how much more weight lies elsewhere than on the beat, in the bass and in all notes: to believe, to doubt. */
const BELIEVED = { bass: 1.6, all: 0.4 };
const DOUBTED = { bass: 0.9, all: 0.3 };
/** More of it where there are few onsets. */
const BY_CHANCE = { bass: 10, all: 2 };
const DOUBTFUL = 0.5;
/**
 * What a moved grid is worth. Of exact scores moved on purpose a third are found, and one in a hundred that was not is moved all
 * the same (`npm run research -- measure files`): where few files lie beside their ticks, many that seem to do not. The file says
 * otherwise, so its user is asked to look.
 */
const MOVED = 0.5;
/** Keeps sums of nothing apart from nothing. */
const LEAST = 0.02;
/** Places of the beat that are told apart. */
const PLACES = 4;
/** A share of onsets at one distance from the grid, and not on it, says that everything lies that far off. */
const OFF_GRID = 0.6;
const ON_GRID = 0.3;
const FEWEST_ONSETS = 16;

/**
 * Whether the music stands half or a quarter of a beat beside its file's ticks, or all of it by a few ticks: by where the weight
 * of its notes, and of its bass, lies. In metres that are counted in dotted beats nothing is said.
 */
export function gridPhase(song: MidiSong, line: BeatLine): GridPhase {
  const beat = song.ticksPerBeat;
  const onsets = [...new Set(song.notes.map((note) => note.startTick))];
  if (onsets.length < FEWEST_ONSETS || line.beatValue || isCompound(song)) return { shift: 0, certainty: 1 };
  const slip = slipOf(onsets, beat / PLACES);
  const placeOf = (tick: number): number => Math.round(beatAt(line.marks, tick - slip) * PLACES);
  const all = weights(song.notes, beat, placeOf);
  const bass = weights(bassNotes(song.notes, beat), beat, placeOf);
  const place = bass.indexOf(largest(bass));
  const more = (sums: readonly number[]) => Math.log((sums[place] + LEAST) / (sums[0] + LEAST));
  const margin = 1 / Math.sqrt(onsets.length);
  if (
    more(bass) >= BELIEVED.bass + BY_CHANCE.bass * margin &&
    more(all) >= BELIEVED.all + BY_CHANCE.all * margin
  ) {
    const shift = slip + (place * beat) / PLACES;
    return { shift: place === PLACES - 1 ? shift - beat : shift, certainty: MOVED };
  }
  const isDoubtful = more(bass) >= DOUBTED.bass && more(all) >= DOUBTED.all;
  return { shift: slip, certainty: isDoubtful ? DOUBTFUL : 1 };
}

/** 6/8, 9/8, 12/8 for most of the file: their beats are three eighths long, and no quarters. */
function isCompound({ timeSignatures, endTick }: MidiSong): boolean {
  let compound = 0;
  for (const [i, { tick, numerator, denominator }] of timeSignatures.entries()) {
    const length = (timeSignatures[i + 1]?.tick ?? endTick) - tick;
    if (denominator >= 8 && numerator % 3 === 0) compound += length;
  }
  return compound > endTick / 2;
}

/** Ticks by which all onsets lie beside the multiples of a period; 0 unless most of them do, by the same. */
function slipOf(onsets: readonly number[], period: number): number {
  const tolerance = Math.max(1, period / 24);
  const residues = onsets.map((tick) => tick - Math.round(tick / period) * period).sort((a, b) => a - b);
  const within = (centre: number) =>
    residues.filter((residue) => Math.abs(residue - centre) <= tolerance).length / residues.length;
  const middle = residues[residues.length >> 1];
  return within(middle) >= OFF_GRID && within(0) < ON_GRID ? middle : 0;
}

/** Shares of the notes' weight at each place of the beat. A note weighs as it is long, up to two beats. */
function weights(notes: readonly TimedNote[], beat: number, placeOf: (tick: number) => number): number[] {
  const sums = new Array<number>(PLACES).fill(0);
  let total = 0;
  for (const { startTick, endTick } of notes) {
    const place = placeOf(startTick);
    const weight = Math.min(2, (endTick - startTick) / beat);
    sums[((place % PLACES) + PLACES) % PLACES] += weight;
    total += weight;
  }
  return total > 0 ? sums.map((sum) => sum / total) : sums;
}
