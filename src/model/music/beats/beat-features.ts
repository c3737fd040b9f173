/** What the beat tracker needs of a note. */
export interface PlayedNote {
  readonly pitch: number;
  readonly velocity: number;
  readonly startSeconds: number;
}

export const FRAMES_PER_SECOND = 50;
/** Features a frame; see `beatFeatures`. */
export const BEAT_FEATURES = 19;
/** Silence kept before the first onset and after the last. */
const LEAD_SECONDS = 0.5;
const TAIL_SECONDS = 1.5;
/** Onsets within this time are one attack. */
const CLUSTER_SECONDS = 0.035;
const BANDS = 8;
const CHROMA_SPANS = [0.5, 1, 2];

export interface BeatFrames {
  /** Time of frame 0 in seconds. */
  readonly start: number;
  readonly frames: number;
  /** frames x BEAT_FEATURES, row-major. */
  readonly values: Float32Array;
}

/**
 * Onsets as frames of 20 ms: eight overlapping bands of register weighted by velocity (0-7), onset count (8), accent (9),
 * lowest of the last second (10), change of bass (11), highest of the last half second (12), log gap to the attack before and
 * after (13, 14), change of pitch classes across 0.5, 1 and 2 s (15-17), density (18). Neither lengths nor pedal are used: data
 * sets differ in them. An onset between two frames is shared between both.
 *
 * @param notes sorted by start, at least one
 */
export function beatFeatures(notes: readonly PlayedNote[]): BeatFrames {
  const start = notes[0].startSeconds - LEAD_SECONDS;
  const end = notes[notes.length - 1].startSeconds + TAIL_SECONDS;
  const frames = 2 * Math.ceil(((end - start) * FRAMES_PER_SECOND) / 2);
  const values = new Float32Array(frames * BEAT_FEATURES);
  const add = (seconds: number, feature: number, value: number): void => {
    const place = (seconds - start) * FRAMES_PER_SECOND;
    const frame = Math.floor(place);
    const late = place - frame;
    if (frame < frames) values[frame * BEAT_FEATURES + feature] += value * (1 - late);
    if (frame + 1 < frames) values[(frame + 1) * BEAT_FEATURES + feature] += value * late;
  };
  strikes(notes, add);
  attacks(notes, add);
  for (let f = 0; f < frames; f++) {
    for (let b = 0; b < BANDS; b++) values[f * BEAT_FEATURES + b] = Math.log1p(values[f * BEAT_FEATURES + b]);
  }
  density(notes, start, frames, values);
  return { start, frames, values };
}

type Add = (seconds: number, feature: number, value: number) => void;

/** Bands, count and accent, note by note. */
function strikes(notes: readonly PlayedNote[], add: Add): void {
  let mean = 0;
  for (const note of notes) mean += note.velocity / notes.length;
  let variance = 0;
  for (const note of notes) variance += (note.velocity - mean) ** 2 / notes.length;
  const spread = Math.sqrt(variance) + 4;
  for (const { pitch, velocity, startSeconds } of notes) {
    for (let band = 0; band < BANDS; band++) {
      const weight = 1 - Math.abs(Math.min(93, Math.max(30, pitch)) - (30 + 9 * band)) / 9;
      if (weight > 0) add(startSeconds, band, (weight * velocity) / 64);
    }
    add(startSeconds, 8, 1);
    add(startSeconds, 9, (velocity - mean) / spread);
  }
}

/** What an attack is among its neighbours: gaps, extremes of register, harmony before and after. */
function attacks(notes: readonly PlayedNote[], add: Add): void {
  const counts = new Uint32Array((notes.length + 1) * 12);
  for (let i = 0; i < notes.length; i++) {
    counts.copyWithin((i + 1) * 12, i * 12, (i + 1) * 12);
    counts[(i + 1) * 12 + (notes[i].pitch % 12)]++;
  }
  let bass = -1;
  let previous = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < notes.length; ) {
    const seconds = notes[i].startSeconds;
    let end = i;
    let low = 128;
    let high = 0;
    for (; end < notes.length && notes[end].startSeconds - seconds <= CLUSTER_SECONDS; end++) {
      low = Math.min(low, notes[end].pitch);
      high = Math.max(high, notes[end].pitch);
    }
    if (isLowest(notes, i, low, 1)) {
      add(seconds, 10, 1);
      if (low % 12 !== bass) add(seconds, 11, 1);
      bass = low % 12;
    }
    if (isHighest(notes, i, high, 0.5)) add(seconds, 12, 1);
    const next = end < notes.length ? notes[end].startSeconds : seconds + 2;
    add(seconds, 13, logGap(seconds - previous));
    add(seconds, 14, logGap(next - seconds));
    for (let s = 0; s < CHROMA_SPANS.length; s++) {
      add(seconds, 15 + s, chromaChange(notes, counts, i, CHROMA_SPANS[s]));
    }
    previous = seconds;
    i = end;
  }
}

const logGap = (seconds: number): number => Math.log(Math.min(2, Math.max(0.03, seconds)) / 0.25);

function isLowest(notes: readonly PlayedNote[], first: number, pitch: number, span: number): boolean {
  for (let i = first - 1; i >= 0 && notes[i].startSeconds > notes[first].startSeconds - span; i--) {
    if (notes[i].pitch < pitch) return false;
  }
  return true;
}

function isHighest(notes: readonly PlayedNote[], first: number, pitch: number, span: number): boolean {
  for (let i = first - 1; i >= 0 && notes[i].startSeconds > notes[first].startSeconds - span; i--) {
    if (notes[i].pitch > pitch) return false;
  }
  return true;
}

/** One minus the cosine between pitch classes struck in the span before note `at` and in the span from it on. */
function chromaChange(notes: readonly PlayedNote[], counts: Uint32Array, at: number, span: number): number {
  const seconds = notes[at].startSeconds;
  const from = indexAt(notes, seconds - span);
  const to = indexAt(notes, seconds + span);
  let both = 0;
  let before = 0;
  let after = 0;
  for (let pc = 0; pc < 12; pc++) {
    const a = counts[at * 12 + pc] - counts[from * 12 + pc];
    const b = counts[to * 12 + pc] - counts[at * 12 + pc];
    both += a * b;
    before += a * a;
    after += b * b;
  }
  return before > 0 && after > 0 ? 1 - both / Math.sqrt(before * after) : 1;
}

/** First note at or after a time. */
function indexAt(notes: readonly PlayedNote[], seconds: number): number {
  let low = 0;
  let high = notes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (notes[middle].startSeconds < seconds) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Notes struck within a second either way, as log(1 + notes a second). */
function density(notes: readonly PlayedNote[], start: number, frames: number, values: Float32Array): void {
  let from = 0;
  let to = 0;
  for (let f = 0; f < frames; f++) {
    const seconds = start + f / FRAMES_PER_SECOND;
    while (to < notes.length && notes[to].startSeconds < seconds + 1) to++;
    while (from < to && notes[from].startSeconds < seconds - 1) from++;
    values[f * BEAT_FEATURES + 18] = Math.log1p((to - from) / 2);
  }
}
