import { AffettoError } from '../error.ts';
import { MAX_BEATS_PER_BAR, STEPS_PER_BEAT } from '../music/piece.ts';
import {
  BAR,
  BAR_BEAT,
  CHORD,
  CONTINUE,
  DURATION,
  ELEMENTS,
  FIRST_POSITION,
  FIRST_TEMPO,
  IGNORE,
  NO_CHORD,
  PITCH,
  TEMPO,
  TYPE,
  TYPE_EOS,
  TYPE_METRICAL,
  TYPE_NOTE,
  VELOCITY,
  VOCABULARY_SIZES,
  WORD_WIDTH,
  type Words,
} from './vocabulary.ts';

/** What a sequence must keep to beyond the grammar itself. */
export interface GrammarConstraints {
  /** Every bar has exactly this many beats (1..4); free when absent. */
  readonly beatsPerBar?: number;
  /** The sequence ends after exactly this many bars; any number when absent. */
  readonly maxBars?: number;
  /** Tempo value (2..55) set at the first beat and kept to the end. */
  readonly lockedTempo?: number;
}

/** Column -> number of values. */
const SIZES: readonly number[] = ELEMENTS.map((element) => VOCABULARY_SIZES[element]);
/** One mask a column, for looking at and throwing away. */
const SCRATCH: readonly Uint8Array[] = SIZES.map((size) => new Uint8Array(size));
const NONE = -1;

/**
 * The grammar of words as a walk: tells for each element which values may follow, given the words so far, and
 * given the type and barBeat already chosen for the word in the making (the order of choice: type, barBeat, then the rest).
 *
 * bar = Bar word, then positions in rising order; every beat start (0, 4, 8, 12) has its word, other positions only if they
 * carry notes; a position's notes rise strictly in pitch. A bar or the piece ends after any beat start has been written.
 */
export class GrammarState {
  readonly constraints: GrammarConstraints;
  /** Bars opened so far. */
  bars = 0;
  /** Position in the bar, 0..15; -1 right after Bar and before the first bar. */
  position = NONE;
  /** Last pitch value at this position, 0 before any. */
  lastPitch = 0;
  /** Tempo and chord values in force; 0 before the first beat. */
  tempo = 0;
  chord = 0;
  /** True once the sequence has been closed by EOS. */
  ended = false;

  constructor(constraints: GrammarConstraints = {}) {
    this.constraints = constraints;
  }

  clone(): GrammarState {
    const copy = new GrammarState(this.constraints);
    copy.bars = this.bars;
    copy.position = this.position;
    copy.lastPitch = this.lastPitch;
    copy.tempo = this.tempo;
    copy.chord = this.chord;
    copy.ended = this.ended;
    return copy;
  }

  /** True if the bar that is open may end here. */
  get barComplete(): boolean {
    if (this.position < 0 || this.needsNote) return false;
    const beats = this.constraints.beatsPerBar;
    return beats === undefined || Math.floor(this.position / STEPS_PER_BEAT) === beats - 1;
  }

  /** True if EOS may follow. */
  get mayEnd(): boolean {
    const { maxBars } = this.constraints;
    return !this.ended && this.barComplete && (maxBars === undefined || this.bars >= maxBars);
  }

  /**
   * Writes 1 or 0 for every value of the element in this column into `mask` (length: the element's size).
   * `word` holds the values already chosen for this word: its type (for all columns but TYPE), and its barBeat (for tempo
   * and chord).
   */
  allow(column: number, word: ArrayLike<number>, mask: Uint8Array): void {
    mask.fill(0);
    if (column === TYPE) this.allowTypes(mask);
    else if (word[TYPE] === TYPE_NOTE) this.allowInNote(column, mask);
    else if (word[TYPE] === TYPE_METRICAL) this.allowInMetrical(column, word[BAR_BEAT], mask);
    else mask[IGNORE] = 1;
  }

  /** As allow(), into a new array. */
  allowed(column: number, word: ArrayLike<number> = []): Uint8Array {
    const mask = new Uint8Array(SIZES[column]);
    this.allow(column, word, mask);
    return mask;
  }

  /** Takes a word (at `offset` of `words`); throws if the grammar does not allow it. An EOS word closes the sequence. */
  push(words: ArrayLike<number>, offset = 0): void {
    const problem = this.problem(words, offset);
    if (problem) throw new AffettoError(`words: ${problem}`, 'failure');
    this.advance(words, offset);
  }

  /** As push(), for a word that is known to be allowed. */
  advance(words: ArrayLike<number>, offset = 0): void {
    const type = words[offset + TYPE];
    if (type === TYPE_EOS) this.ended = true;
    else if (type === TYPE_NOTE) this.lastPitch = words[offset + PITCH];
    else if (words[offset + BAR_BEAT] === BAR) {
      this.bars++;
      this.position = NONE;
      this.lastPitch = 0;
    } else {
      this.position = words[offset + BAR_BEAT] - FIRST_POSITION;
      this.lastPitch = 0;
      if (words[offset + TEMPO] !== CONTINUE) this.tempo = words[offset + TEMPO];
      if (words[offset + CHORD] !== CONTINUE) this.chord = words[offset + CHORD];
    }
  }

  /** Why the word at `offset` may not come next, or null if it may. */
  problem(words: ArrayLike<number>, offset = 0): string | null {
    const word = Array.from({ length: WORD_WIDTH }, (_, column) => words[offset + column]);
    for (const column of CHECK_ORDER) {
      const mask = SCRATCH[column];
      this.allow(column, word, mask);
      if (mask[word[column]] === 1) continue;
      return `${ELEMENTS[column]} ${word[column]} may not follow here (${this.describe()})`;
    }
    return null;
  }

  private get needsNote(): boolean {
    return this.position > 0 && this.position % STEPS_PER_BEAT !== 0 && this.lastPitch === 0;
  }

  private allowTypes(mask: Uint8Array): void {
    if (this.ended) return;
    if (this.position >= 0 && this.lastPitch < SIZES[PITCH] - 1) mask[TYPE_NOTE] = 1;
    if (this.mayEnd) mask[TYPE_EOS] = 1;
    const places = new Uint8Array(SIZES[BAR_BEAT]);
    this.allowPlaces(places);
    if (places.includes(1)) mask[TYPE_METRICAL] = 1;
  }

  private allowInNote(column: number, mask: Uint8Array): void {
    if (column === PITCH) mask.fill(1, this.lastPitch + 1);
    else if (column === DURATION || column === VELOCITY) mask.fill(1, 1);
    else mask[IGNORE] = 1;
  }

  private allowInMetrical(column: number, barBeat: number, mask: Uint8Array): void {
    if (column === BAR_BEAT) this.allowPlaces(mask);
    else if ((column !== TEMPO && column !== CHORD) || barBeat < FIRST_POSITION) mask[IGNORE] = 1;
    else if ((barBeat - FIRST_POSITION) % STEPS_PER_BEAT !== 0) mask[CONTINUE] = 1;
    else if (column === TEMPO) this.allowTempos(mask);
    else this.allowInForce(mask, NO_CHORD, this.chord);
  }

  /** Bar, or the positions up to the next beat start. */
  private allowPlaces(mask: Uint8Array): void {
    if (this.ended) return;
    const { maxBars, beatsPerBar = MAX_BEATS_PER_BAR } = this.constraints;
    const mayOpen = this.bars === 0 || this.barComplete;
    if (mayOpen && (maxBars === undefined || this.bars < maxBars)) mask[BAR] = 1;
    if (this.bars === 0 || this.needsNote) return;
    const nextBeat =
      this.position < 0 ? 0 : (Math.floor(this.position / STEPS_PER_BEAT) + 1) * STEPS_PER_BEAT;
    const last = Math.min(nextBeat, beatsPerBar * STEPS_PER_BEAT - 1);
    for (let p = this.position + 1; p <= last; p++) mask[FIRST_POSITION + p] = 1;
  }

  private allowTempos(mask: Uint8Array): void {
    const { lockedTempo } = this.constraints;
    if (lockedTempo === undefined) this.allowInForce(mask, FIRST_TEMPO, this.tempo);
    else mask[this.tempo === lockedTempo ? CONTINUE : lockedTempo] = 1;
  }

  /** CONTINUE or an explicit value other than the one in force; explicit only while nothing is in force. */
  private allowInForce(mask: Uint8Array, first: number, current: number): void {
    mask.fill(1, first);
    if (current === 0) return;
    mask[current] = 0;
    mask[CONTINUE] = 1;
  }

  private describe(): string {
    if (this.ended) return 'after the end';
    if (this.bars === 0) return 'before the first bar';
    return `bar ${this.bars}, ${this.position < 0 ? 'no position yet' : `position ${this.position}`}`;
  }
}

/** Type and barBeat decide what the others may be, so they are judged first. */
const CHECK_ORDER = [TYPE, BAR_BEAT, CHORD, TEMPO, PITCH, DURATION, VELOCITY];

/** Where and why a sequence breaks the grammar. */
export interface GrammarProblem {
  /** Index of the word; the number of words if the end comes too early. */
  readonly word: number;
  readonly reason: string;
}

/** The first break of the grammar in a whole sequence (without EOS), or null if it is sound. */
export function checkWords(words: Words, constraints?: GrammarConstraints): GrammarProblem | null {
  if (words.length % WORD_WIDTH !== 0)
    return { word: 0, reason: `length ${words.length} is not whole words` };
  const count = words.length / WORD_WIDTH;
  const state = new GrammarState(constraints);
  for (let i = 0; i < count; i++) {
    if (words[i * WORD_WIDTH + TYPE] === TYPE_EOS) return { word: i, reason: 'EOS inside the sequence' };
    const reason = state.problem(words, i * WORD_WIDTH);
    if (reason) return { word: i, reason };
    state.advance(words, i * WORD_WIDTH);
  }
  return state.mayEnd ? null : { word: count, reason: 'the sequence may not end here' };
}
