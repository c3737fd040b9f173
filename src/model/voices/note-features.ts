import { type PlayedNotes, TOGETHER } from './played-notes.ts';

/** Notes before and after, in chord order, that a note is compared with. */
const WINDOW = 32;
export const VOICE_FEATURES = 29;

const NEAR_SECONDS = 1;
const FAR_SECONDS = 3;
const STEP_SECONDS = 2;
const LONGEST_SILENCE = 4;
/** Stands for "no such note" in what is a least or a most. */
const NONE = 99;

/** The least and the most of some intervals, and whether there is any. */
class Span {
  low = NONE;
  high = -NONE;

  add(interval: number): void {
    if (interval < this.low) this.low = interval;
    if (interval > this.high) this.high = interval;
  }

  get any(): boolean {
    return this.low !== NONE;
  }
}

class Mean {
  #sum = 0;
  #count = 0;

  add(value: number): void {
    this.#sum += value;
    this.#count++;
  }

  or(fallback: number): number {
    return this.#count > 0 ? this.#sum / this.#count : fallback;
  }
}

/** The note that a line would come from or go to: near in pitch and in time. */
class Step {
  #cost = NONE;
  #interval = 0;
  #seconds = 0;

  add(interval: number, seconds: number): void {
    const cost = Math.abs(interval) + 4 * seconds;
    if (seconds >= STEP_SECONDS || cost >= this.#cost) return;
    this.#cost = cost;
    this.#interval = interval;
    this.#seconds = seconds;
  }

  columns(): [number, number] {
    if (this.#cost === NONE) return [0, 2];
    return [clip(this.#interval, -24, 24) / 12, logTime(this.#seconds)];
  }
}

/**
 * A row of VOICE_FEATURES for each note, in chord order: its place among what sounds and what is struck around it. The
 * columns are those of training/voices/features.py, in its order.
 */
export function voiceFeatures(notes: PlayedNotes): Float64Array {
  const rows = new Float64Array(notes.count * VOICE_FEATURES);
  for (let i = 0; i < notes.count; i++) rows.set(noteColumns(notes, i), i * VOICE_FEATURES);
  return rows;
}

function noteColumns(notes: PlayedNotes, i: number): number[] {
  const { start, end, pitch, velocity } = notes;
  const from = Math.max(0, i - WINDOW);
  const to = Math.min(notes.count, i + WINDOW + 1);
  const length = clip(end[i] - start[i], 0.03, 8);
  const { since, until } = silences(notes, i, from, to);
  const loudness = new Mean();
  const chordLoudness = new Mean();
  const middle = new Mean();
  const [near, far, held, before, next] = [new Span(), new Span(), new Span(), new Span(), new Span()];
  const [stepFrom, stepTo] = [new Step(), new Step()];
  let gapAbove = 30;
  let gapBelow = 30;
  let [soundingAbove, soundingBelow, struckAbove, struckBelow] = [0, 0, 0, 0];
  let [octaveAbove, octaveBelow] = [0, 0];
  for (let j = from; j < to; j++) {
    if (j === i) continue;
    const dt = start[j] - start[i];
    const dp = pitch[j] - pitch[i];
    const apart = Math.abs(dt);
    const isStruck = apart <= TOGETHER;
    loudness.add(velocity[j]);
    if (isStruck || (dt < 0 && end[j] - start[i] > TOGETHER)) {
      chordLoudness.add(velocity[j]);
      if (dp > 0) {
        gapAbove = Math.min(gapAbove, dp);
        soundingAbove++;
        if (isStruck) struckAbove++;
        if (dp === 12) octaveAbove = 1;
      } else if (dp < 0) {
        gapBelow = Math.min(gapBelow, -dp);
        soundingBelow++;
        if (isStruck) struckBelow++;
        if (dp === -12) octaveBelow = 1;
      }
    }
    if (apart <= NEAR_SECONDS) {
      near.add(dp);
      middle.add(dp);
    }
    if (apart <= FAR_SECONDS) far.add(dp);
    if (isStruck) continue;
    if (dt < 0) {
      stepFrom.add(dp, apart);
      if (since < LONGEST_SILENCE && apart <= since + TOGETHER) before.add(dp);
    } else {
      stepTo.add(dp, apart);
      if (until < LONGEST_SILENCE && apart <= until + TOGETHER) next.add(dp);
      if (dt < Math.min(length, 2)) held.add(dp);
    }
  }
  const contour = (span: Span, edge: 'high' | 'low'): number =>
    span.any ? clip(span[edge], -36, 36) / 12 : 0;
  return [
    (pitch[i] - 64) / 24,
    logTime(length),
    (velocity[i] - loudness.or(velocity[i])) / 16,
    (velocity[i] - chordLoudness.or(velocity[i])) / 16,
    logTime(since),
    logTime(until),
    gapAbove / 12,
    gapBelow / 12,
    Math.min(6, soundingAbove) / 4,
    Math.min(6, soundingBelow) / 4,
    Math.min(6, struckAbove) / 4,
    Math.min(6, struckBelow) / 4,
    clip(near.high, -12, 36) / 12,
    clip(near.low, -36, 12) / 12,
    clip(far.high, -12, 36) / 12,
    clip(far.low, -36, 12) / 12,
    clip(middle.or(0), -36, 36) / 12,
    clip(held.high, 0, 24) / 12,
    clip(held.low, -24, 0) / 12,
    ...stepFrom.columns(),
    ...stepTo.columns(),
    octaveAbove,
    octaveBelow,
    contour(before, 'high'),
    contour(before, 'low'),
    contour(next, 'high'),
    contour(next, 'low'),
  ];
}

/** Seconds since the last onset before the note's chord, and until the next after it. */
function silences({ start }: PlayedNotes, i: number, from: number, to: number) {
  let since = LONGEST_SILENCE;
  let until = LONGEST_SILENCE;
  for (let j = from; j < to; j++) {
    const dt = start[j] - start[i];
    if (dt < -TOGETHER) since = Math.min(since, -dt);
    else if (dt > TOGETHER) until = Math.min(until, dt);
  }
  return { since, until };
}

const clip = (x: number, low: number, high: number): number => Math.min(high, Math.max(low, x));
const logTime = (seconds: number): number => Math.log2(Math.max(seconds, 0.01)) / 2;
