import { chordFrames, QUALITY_NAMES } from './chord-frames.ts';
import type { FeatureList } from './feature-list.ts';
import type { Excerpt, HeardNote } from './heard-note.ts';
import { correlation, deviation, entropy, mean, share } from './statistics.ts';

/** Krumhansl and Kessler's probe-tone ratings (1982), from the tonic upward. */
const PROBE = {
  major: [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88],
  minor: [6.33, 2.68, 3.52, 5.38, 2.6, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17],
};
/** Albrecht and Shanahan's counts in common-practice music (2013). */
const COUNTS = {
  major: [0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.08, 0.008, 0.081],
  minor: [0.22, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052],
};
type Profiles = typeof PROBE;

interface KeyView {
  readonly tonic: number;
  readonly major: number;
  readonly minor: number;
}

/** The best major and minor correlation over the twelve tonics, and the tonic of the better one. */
function keyView(chroma: ArrayLike<number>, profiles: Profiles = PROBE): KeyView {
  let major = -1;
  let minor = -1;
  let tonic = 0;
  const turned = new Float64Array(12);
  for (let t = 0; t < 12; t++) {
    for (let i = 0; i < 12; i++) turned[i] = chroma[(i + t) % 12];
    const a = correlation(turned, profiles.major);
    const b = correlation(turned, profiles.minor);
    if (Math.max(a, b) > Math.max(major, minor)) tonic = t;
    major = Math.max(major, a);
    minor = Math.max(minor, b);
  }
  return { tonic, major, minor };
}

/** Mode, key, chords and dissonance: what valence lives in. */
export function harmonyFeatures(excerpt: Excerpt, list: FeatureList): void {
  const { notes, clusters } = excerpt;
  const sounding = chromaOf(notes, (note) =>
    Math.min(4, Math.max(0.05, note.endSeconds - note.startSeconds)),
  );
  const struck = chromaOf(notes, () => 1);
  const bass = chromaOf(
    clusters.map((c) => c.notes[0]),
    () => 1,
  );
  const tune = chromaOf(
    clusters.map((c) => c.notes[c.notes.length - 1]),
    () => 1,
  );
  const key = keyView(sounding);
  const counted = keyView(sounding, COUNTS);
  list.put('keyMajor', key.major);
  list.put('keyMinor', key.minor);
  list.put('keyMode', key.major - key.minor);
  list.put('countMode', counted.major - counted.minor);
  list.put('keyClear', Math.max(key.major, key.minor));
  list.put('countClear', Math.max(counted.major, counted.minor));
  for (const [name, chroma] of [
    ['struck', struck],
    ['tune', tune],
  ] as const) {
    const view = keyView(chroma, COUNTS);
    list.put(`${name}Mode`, view.major - view.minor);
  }
  list.put('tonicsAgree', key.tonic === counted.tonic ? 1 : 0);
  const tonic = counted.tonic;
  degrees('degree', sounding, tonic, list);
  degrees('bassDegree', bass, tonic, list);
  const third = sounding[(tonic + 4) % 12] - sounding[(tonic + 3) % 12];
  list.put('third', third / (sounding[(tonic + 4) % 12] + sounding[(tonic + 3) % 12] + 1e-6));
  list.put('chromaEntropy', entropy(sounding));
  list.put('bassEntropy', entropy(bass));
  list.put(
    'chromaUsed',
    share([...struck], (weight) => weight > 0.02),
  );
  localModes(excerpt, list);
  chords(excerpt, tonic, list);
  intervals(excerpt, list);
}

/** Pitch-class weights that sum to 1. */
function chromaOf(notes: readonly HeardNote[], weight: (note: HeardNote) => number): Float64Array {
  const chroma = new Float64Array(12);
  let total = 0;
  for (const note of notes) {
    const w = weight(note);
    chroma[note.pitch % 12] += w;
    total += w;
  }
  if (total > 0) for (let i = 0; i < 12; i++) chroma[i] /= total;
  return chroma;
}

function degrees(name: string, chroma: Float64Array, tonic: number, list: FeatureList): void {
  list.putAll(
    name,
    Array.from({ length: 12 }, (_, i) => chroma[(i + tonic) % 12]),
  );
}

/** Mode in windows of 5 s, half overlapping: how much of the music is major, and how much the key moves. */
function localModes({ notes, from, to }: Excerpt, list: FeatureList): void {
  const modes: number[] = [];
  const tonics = new Set<number>();
  for (let start = from; start === from || start + 4 < to; start += 2.5) {
    const part = notes.filter((note) => note.startSeconds < start + 5 && note.endSeconds > start);
    if (part.length < 4) continue;
    const length = (note: HeardNote) =>
      Math.max(0.05, Math.min(start + 5, note.endSeconds) - Math.max(start, note.startSeconds));
    const view = keyView(chromaOf(part, length), COUNTS);
    modes.push(view.major - view.minor);
    tonics.add(view.tonic);
  }
  list.put('localMode', mean(modes));
  list.put('localModeSd', deviation(modes));
  list.put(
    'localMajor',
    share(modes, (mode) => mode > 0),
  );
  list.put('localTonics', modes.length > 0 ? tonics.size / modes.length : 0);
}

function chords(excerpt: Excerpt, tonic: number, list: FeatureList): void {
  const frames = chordFrames(excerpt);
  const qualities = new Float64Array(QUALITY_NAMES.length);
  const onDegree = new Float64Array(24);
  let changes = 0;
  const seen = new Set<number>();
  frames.forEach((frame, i) => {
    qualities[frame.quality] += 1 / frames.length;
    const mode = frame.minorThird ? 12 : 0;
    onDegree[mode + ((frame.root - tonic + 12) % 12)] += 1 / frames.length;
    const id = frame.quality * 12 + frame.root;
    seen.add(id);
    if (i > 0 && frames[i - 1].quality * 12 + frames[i - 1].root !== id) changes++;
  });
  list.putAll('quality', qualities);
  list.putAll('chordDegree', onDegree);
  list.put('chordFit', mean(frames.map((frame) => frame.fit)));
  list.put('chordMajorness', mean(frames.map((frame) => frame.majorness)));
  list.put('chordChanges', frames.length > 1 ? changes / (frames.length - 1) : 0);
  list.put('chordsUsed', frames.length > 0 ? seen.size / Math.sqrt(frames.length) : 0);
}

/** Interval classes 1..6 among keys held together at each attack, and roughness of close intervals low down. */
function intervals({ clusters, notes }: Excerpt, list: FeatureList): void {
  const classes = new Float64Array(7);
  let rough = 0;
  let pairs = 0;
  let first = 0;
  let next = 0;
  for (const cluster of clusters) {
    while (next < notes.length && notes[next].startSeconds <= cluster.seconds + 0.035) next++;
    while (first < next && notes[first].startSeconds < cluster.seconds - 8) first++;
    const held: number[] = [];
    for (let i = first; i < next; i++)
      if (notes[i].endSeconds > cluster.seconds + 0.01) held.push(notes[i].pitch);
    held.sort((a, b) => a - b);
    for (let i = 0; i < held.length && i < 12; i++) {
      for (let j = i + 1; j < held.length && j < 12; j++) {
        const size = held[j] - held[i];
        const ic = Math.min(size % 12, 12 - (size % 12));
        classes[ic]++;
        pairs++;
        // Close intervals beat more the lower they lie (critical bandwidth).
        if (size <= 2 && size > 0) rough += 1;
        else if (size <= 5 && held[i] < 52) rough += 0.5;
      }
    }
  }
  list.putAll(
    'interval',
    Array.from(classes, (count) => (pairs > 0 ? count / pairs : 0)),
  );
  list.put('rough', pairs > 0 ? rough / pairs : 0);
  list.put('pairs', Math.log1p(clusters.length > 0 ? pairs / clusters.length : 0));
}
