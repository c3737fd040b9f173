import { STEPS_PER_BEAT } from '../music/piece.ts';
import { indexBars, onsetKey } from './bars.ts';
import { MAX_RETURN, returnDistances } from './form.ts';
import {
  BAR,
  BAR_BEAT,
  CHORD,
  CONTINUE,
  ELEMENTS,
  FIRST_POSITION,
  PITCH,
  TEMPO,
  TYPE,
  TYPE_EMOTION,
  TYPE_NOTE,
  VOCABULARY_SIZES,
  WORD_WIDTH,
  type Words,
} from './vocabulary.ts';

/** The state features of a step in order, with the number of values of each; the first seven are the word itself. */
export const FEATURES: readonly (readonly [name: string, size: number])[] = [
  ...ELEMENTS.map((element) => [element, VOCABULARY_SIZES[element]] as const),
  ['position', 18],
  ['chordState', VOCABULARY_SIZES.chord],
  ['tempoState', VOCABULARY_SIZES.tempo],
  ['beatCount', 16],
  ['positionCount', 8],
  ['ending', 5],
  ['form', MAX_RETURN + 1],
  ['refPitch', VOCABULARY_SIZES.pitch],
  ['refOnset', 18],
  ['mode', 3],
];
export const FEATURE_COUNT = FEATURES.length;

const [
  POSITION,
  CHORD_STATE,
  TEMPO_STATE,
  BEAT_COUNT,
  POSITION_COUNT,
  ENDING,
  FORM,
  REF_PITCH,
  REF_ONSET,
  MODE,
] = Array.from({ length: FEATURE_COUNT - WORD_WIDTH }, (_, i) => WORD_WIDTH + i);
const POSITION_BAR = 16;
const POSITION_START = 17;
const ONSET_NONE_LEFT = 16;
const ONSET_NO_REFERENCE = 17;
const MOST_IN_BEAT = 15;
const MOST_AT_POSITION = 7;
const FORGOTTEN: readonly number[] = [];
/** How many bars before the end the ending is felt. */
const ENDING_BARS = 4;

/** What is planned rather than heard: the mode, the end, and which bar returns. */
export interface FeaturePlan {
  /** 0 unknown, 1 major, 2 minor. */
  readonly mode: number;
  /** The mode of a bar, asked when the bar opens; absent: `mode` throughout. */
  modeOf?(bar: number): number;
  /** Bars in the whole piece; absent when the end is not known. */
  readonly totalBars?: number;
  /** Return distance (0..16) of a bar, asked when the bar opens. */
  form(bar: number): number;
}

/**
 * State features, word by word: `values` holds those of the step after the last word pushed (before any: of the start).
 * A reference bar (the one that the open bar returns to) must have been pushed to the same state.
 */
export class FeatureState {
  readonly values: Uint8Array;
  private readonly plan: FeaturePlan;
  /** Onset keys of each bar in rising order; finished bars are shared between clones, the open one is replaced. */
  private bars: (readonly number[])[] = [];
  private reference: readonly number[] | null = null;
  private lastPitch = 0;

  constructor(plan: FeaturePlan) {
    this.plan = plan;
    this.values = new Uint8Array(FEATURE_COUNT);
    this.values[TYPE] = TYPE_EMOTION;
    this.values[POSITION] = POSITION_START;
    this.values[ENDING] = endingOf(0, plan.totalBars);
    this.values[REF_ONSET] = ONSET_NO_REFERENCE;
    this.values[MODE] = plan.modeOf?.(0) ?? plan.mode;
  }

  clone(plan: FeaturePlan = this.plan): FeatureState {
    const copy = new FeatureState(plan);
    copy.values.set(this.values);
    copy.bars = this.bars.slice();
    copy.reference = this.reference;
    copy.lastPitch = this.lastPitch;
    return copy;
  }

  /** Takes the next word (at `offset` of `words`); the sequence must be grammatical. */
  push(words: ArrayLike<number>, offset = 0): void {
    for (let column = 0; column < WORD_WIDTH; column++) this.values[column] = words[offset + column];
    const barBeat = words[offset + BAR_BEAT];
    if (words[offset + TYPE] === TYPE_NOTE) this.pushNote(words[offset + PITCH]);
    else if (barBeat === BAR) this.pushBar();
    else if (barBeat >= FIRST_POSITION)
      this.pushPosition(barBeat - FIRST_POSITION, words[offset + TEMPO], words[offset + CHORD]);
    this.values[REF_PITCH] = this.referencePitch();
    this.values[REF_ONSET] = this.referenceOnset();
  }

  private pushBar(): void {
    const { values, plan } = this;
    const bar = this.bars.length;
    this.bars.push([]);
    // What lies too far back to return to is let go, so that endless music takes no more room.
    if (bar > MAX_RETURN) this.bars[bar - MAX_RETURN - 1] = FORGOTTEN;
    values[POSITION] = POSITION_BAR;
    values[POSITION_COUNT] = 0;
    this.lastPitch = 0;
    values[ENDING] = endingOf(bar, plan.totalBars);
    this.readPlan(bar);
  }

  /** At a bar line: what the plan has of the open bar is asked again. */
  askAgain(): void {
    this.readPlan(this.bars.length - 1);
    this.values[REF_PITCH] = this.referencePitch();
    this.values[REF_ONSET] = this.referenceOnset();
  }

  private readPlan(bar: number): void {
    const { values, plan } = this;
    values[MODE] = plan.modeOf?.(bar) ?? plan.mode;
    const distance = plan.form(bar);
    const known = distance > 0 && distance <= Math.min(MAX_RETURN, bar);
    values[FORM] = known ? distance : 0;
    this.reference = known ? this.bars[bar - distance] : null;
  }

  private pushPosition(position: number, tempo: number, chord: number): void {
    const { values } = this;
    values[POSITION] = position;
    values[POSITION_COUNT] = 0;
    if (position % STEPS_PER_BEAT === 0) values[BEAT_COUNT] = 0;
    if (tempo > CONTINUE) values[TEMPO_STATE] = tempo;
    if (chord > CONTINUE) values[CHORD_STATE] = chord;
    this.lastPitch = 0;
  }

  private pushNote(pitch: number): void {
    const { values } = this;
    values[BEAT_COUNT] = Math.min(MOST_IN_BEAT, values[BEAT_COUNT] + 1);
    values[POSITION_COUNT] = Math.min(MOST_AT_POSITION, values[POSITION_COUNT] + 1);
    const last = this.bars.length - 1;
    this.bars[last] = [...this.bars[last], onsetKey(values[POSITION], pitch)];
    this.lastPitch = pitch;
  }

  /** The reference bar's next higher pitch at this position; 0 if there is none. */
  private referencePitch(): number {
    const position = this.values[POSITION];
    if (!this.reference || position >= POSITION_BAR) return 0;
    const next = this.reference.find((key) => key > onsetKey(position, this.lastPitch));
    return next !== undefined && next < onsetKey(position + 1, 0) ? next - onsetKey(position, 0) : 0;
  }

  /** The next position at which the reference bar has notes. */
  private referenceOnset(): number {
    if (!this.reference) return ONSET_NO_REFERENCE;
    const position = this.values[POSITION];
    const from = onsetKey(position === POSITION_BAR ? 0 : position + 1, 0);
    const next = this.reference.find((key) => key >= from);
    return next === undefined ? ONSET_NONE_LEFT : Math.floor(next / onsetKey(1, 0));
  }
}

const endingOf = (bar: number, totalBars: number | undefined): number =>
  totalBars !== undefined && totalBars - bar <= ENDING_BARS ? Math.max(1, totalBars - bar) : 0;

/**
 * State features of a whole sequence: (words + 1) rows of 17, row 0 the start, row t + 1 known once word t is.
 * The form is the sequence's own unless the plan gives one.
 */
export function stateFeatures(
  words: Words,
  plan: { mode: number; ending: boolean; form?: readonly number[] },
): Uint8Array {
  const form = plan.form ?? returnDistances(words);
  const state = new FeatureState({
    mode: plan.mode,
    totalBars: plan.ending ? indexBars(words).starts.length : undefined,
    form: (bar) => form[bar] ?? 0,
  });
  const count = words.length / WORD_WIDTH;
  const rows = new Uint8Array((count + 1) * FEATURE_COUNT);
  rows.set(state.values);
  for (let i = 0; i < count; i++) {
    state.push(words, i * WORD_WIDTH);
    rows.set(state.values, (i + 1) * FEATURE_COUNT);
  }
  return rows;
}
