import { STEPS_PER_BEAT } from '../music/piece.ts';
import { indexBars } from '../tokens/bars.ts';
import {
  BAR,
  BAR_BEAT,
  FIRST_POSITION,
  PITCH,
  TYPE,
  TYPE_NOTE,
  WORD_WIDTH,
  type Words,
} from '../tokens/vocabulary.ts';

/** Steps between onsets are told apart up to this. */
const LONGEST_GAP = 31;
const PITCHES = 256;
/** Runs longer than this are reported as this long. */
const LONGEST_RUN = 512;

/**
 * A piece as steps from note to note, in order of onset and pitch: (steps later, semitones up) in one number. The same
 * for every transposition; lengths and velocities do not count.
 */
export function noteMoves(words: Words): Int32Array {
  const { beats } = indexBars(words);
  const moves: number[] = [];
  let [bar, barStep, step, lastStep, lastPitch] = [-1, 0, 0, 0, -1];
  for (let i = 0; i < words.length; i += WORD_WIDTH) {
    if (words[i + TYPE] === TYPE_NOTE) {
      const pitch = words[i + PITCH];
      const gap = Math.min(LONGEST_GAP, step - lastStep);
      if (lastPitch >= 0) moves.push(gap * PITCHES + pitch - lastPitch + PITCHES / 2);
      [lastStep, lastPitch] = [step, pitch];
    } else if (words[i + BAR_BEAT] === BAR) {
      if (bar >= 0) barStep += beats[bar] * STEPS_PER_BEAT;
      bar++;
    } else step = barStep + words[i + BAR_BEAT] - FIRST_POSITION;
  }
  return Int32Array.from(moves);
}

/** Finds the longest run of notes that a piece shares with any of a set of pieces: a sorted list of all their endings. */
export class RunIndex {
  private readonly moves: Int32Array;
  /** Where each run of moves begins, in the order of what follows. */
  private readonly order: Int32Array;

  /** @param pieces note moves of each; runs never cross from one piece to the next */
  constructor(pieces: readonly Int32Array[]) {
    const length = pieces.reduce((sum, piece) => sum + piece.length + 1, 0);
    this.moves = new Int32Array(length);
    let at = 0;
    pieces.forEach((piece, i) => {
      this.moves.set(piece, at);
      // An end that equals nothing.
      this.moves[at + piece.length] = -1 - i;
      at += piece.length + 1;
    });
    this.order = Int32Array.from({ length }, (_, i) => i).sort((a, b) => this.compare(this.moves, a, b));
  }

  /** Notes of the longest shared run: moves + 1; 0 if not even one move is shared. */
  longestRun(piece: Int32Array): number {
    let best = 0;
    for (let from = 0; from < piece.length - best; from++) best = Math.max(best, this.longestAt(piece, from));
    return best > 0 ? best + 1 : 0;
  }

  private longestAt(piece: Int32Array, from: number): number {
    let [low, high] = [0, this.order.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.compare(piece, from, this.order[middle]) > 0) low = middle + 1;
      else high = middle;
    }
    return Math.max(this.shared(piece, from, low - 1), this.shared(piece, from, low));
  }

  /** Moves that a piece from `from` shares with the run of that rank. */
  private shared(piece: Int32Array, from: number, rank: number): number {
    if (rank < 0 || rank >= this.order.length) return 0;
    const start = this.order[rank];
    let n = 0;
    while (
      from + n < piece.length &&
      start + n < this.moves.length &&
      piece[from + n] === this.moves[start + n]
    )
      n++;
    return n;
  }

  private compare(piece: Int32Array, a: number, b: number): number {
    for (let n = 0; n < LONGEST_RUN; n++) {
      const x = a + n < piece.length ? piece[a + n] : Number.MIN_SAFE_INTEGER;
      const y = b + n < this.moves.length ? this.moves[b + n] : Number.MIN_SAFE_INTEGER;
      if (x !== y) return x - y;
    }
    return 0;
  }
}
