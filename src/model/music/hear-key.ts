import { largest } from '../lists.ts';
import { beatAt } from './beat-line.ts';
import type { FoundKey } from './key.ts';
import { sharpsOf } from './names.ts';
import type { Key, KeyChange } from './piece.ts';
import type { MidiSong, TimedNote } from './song.ts';

/** Temperley's profiles from the Kostka-Payne corpus (2001), from the tonic up. */
const PROFILES = {
  major: [0.748, 0.06, 0.488, 0.082, 0.67, 0.46, 0.096, 0.715, 0.104, 0.366, 0.057, 0.4],
  minor: [0.712, 0.084, 0.474, 0.618, 0.049, 0.46, 0.105, 0.747, 0.404, 0.067, 0.133, 0.33],
} as const;

/** What a signature that a file states adds to the correlation of its two keys; one without sharps and flats may be a default. */
const SIGNATURE = 0.3;
const SIGNATURE_OF_C = 0.2;
/** What another key costs, in correlations of a bar: music stays in its key unless several bars tell otherwise. */
const CHANGE = 2.2;
/** Bars heard around each. */
const BEFORE = 1;
const AFTER = 2;
/** A long pedal says no more of the key than a long note. */
const LONGEST_SECONDS = 2;
const TEMPERATURE = 0.08;

const KEYS: readonly Key[] = Array.from({ length: 24 }, (_, i) => ({
  tonic: i >> 1,
  mode: i % 2 ? 'minor' : 'major',
}));

export interface HeardKeys {
  /** The key of most of the music. */
  readonly key: FoundKey;
  /** Keys over time, the first at beat 0; one where the music does not modulate. */
  readonly keys: readonly KeyChange[];
}

/** What is heard of a song: its notes in order, and the signatures it states. */
export interface KeyedMusic {
  readonly notes: readonly Pick<TimedNote, 'pitch' | 'startTick' | 'startSeconds' | 'soundSeconds'>[];
  readonly keySignatures: MidiSong['keySignatures'];
}

/**
 * The key of every bar: what sounds in and around it is compared with profiles, the file's signatures are evidence, and the
 * cheapest path over the bars changes key only where it stays changed. `marks`: the tick of each beat; `bars`: beats of each.
 */
export function hearKeys(song: KeyedMusic, marks: readonly number[], bars: readonly number[]): HeardKeys {
  const starts: number[] = [];
  let beat = 0;
  for (const beats of bars) {
    starts.push(beat);
    beat += beats;
  }
  const times = barTimes(song, marks, starts);
  const scores = starts.map((start, bar) => {
    const around = sumOf(times.slice(Math.max(0, bar - BEFORE), bar + AFTER + 1));
    return keyScores(around, signatureAt(song, marks[start]));
  });
  const path = cheapestPath(scores);
  const keys: KeyChange[] = [];
  for (const [bar, state] of path.entries())
    if (bar === 0 || state !== path[bar - 1]) keys.push({ beat: starts[bar], key: KEYS[state] });
  const main = mostOf(path, bars);
  const inKey = sumOf(times.filter((_, bar) => path[bar] === main));
  return { key: { ...KEYS[main], confidence: confidenceOf(keyScores(inKey, null), main) }, keys };
}

/** Time that each pitch class sounds in each bar, by where notes begin. */
function barTimes(song: KeyedMusic, marks: readonly number[], starts: readonly number[]): number[][] {
  const times = starts.map(() => new Array<number>(12).fill(0));
  let bar = 0;
  for (const { pitch, startTick, startSeconds, soundSeconds } of song.notes) {
    const beat = beatAt(marks, startTick) + 0.06;
    while (bar + 1 < starts.length && starts[bar + 1] <= beat) bar++;
    times[bar][pitch % 12] += Math.min(LONGEST_SECONDS, Math.max(0.05, soundSeconds - startSeconds));
  }
  return times;
}

function sumOf(times: readonly (readonly number[])[]): number[] {
  const sum = new Array<number>(12).fill(0);
  for (const bar of times) for (let i = 0; i < 12; i++) sum[i] += bar[i];
  return sum;
}

function signatureAt({ keySignatures }: KeyedMusic, tick: number): number | null {
  return keySignatures.findLast((one) => one.tick <= tick + 1)?.sharps ?? keySignatures[0]?.sharps ?? null;
}

function keyScores(times: readonly number[], sharps: number | null): number[] {
  return KEYS.map((key) => {
    const turned = times.map((_, i) => times[(i + key.tonic) % 12]);
    const isSaid = sharps !== null && (sharps - sharpsOf(key)) % 12 === 0;
    return (
      correlation(turned, PROFILES[key.mode]) + (isSaid ? (sharps === 0 ? SIGNATURE_OF_C : SIGNATURE) : 0)
    );
  });
}

function cheapestPath(scores: readonly (readonly number[])[]): number[] {
  let total = new Array<number>(KEYS.length).fill(0);
  const back: number[][] = [];
  for (const score of scores) {
    const best = total.indexOf(largest(total));
    back.push(total.map((value, i) => (value >= total[best] - CHANGE ? i : best)));
    total = total.map((value, i) => score[i] + Math.max(value, total[best] - CHANGE));
  }
  const path: number[] = [];
  let at = total.indexOf(largest(total));
  for (let bar = scores.length - 1; bar >= 0; bar--) {
    path.push(at);
    at = back[bar][at];
  }
  return path.reverse();
}

/** The state that holds for the most beats. */
function mostOf(path: readonly number[], bars: readonly number[]): number {
  const beats = new Array<number>(KEYS.length).fill(0);
  for (const [bar, state] of path.entries()) beats[state] += bars[bar];
  return beats.indexOf(largest(beats));
}

/** 0 (no likelier than any other) to 1. */
function confidenceOf(scores: readonly number[], state: number): number {
  const total = scores.reduce((sum, score) => sum + Math.exp((score - scores[state]) / TEMPERATURE), 0);
  return Math.max(0, (1 / total - 1 / 24) / (1 - 1 / 24));
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const meanA = a.reduce((x, y) => x + y, 0) / a.length;
  const meanB = b.reduce((x, y) => x + y, 0) / b.length;
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += (a[i] - meanA) * (b[i] - meanB);
    aa += (a[i] - meanA) ** 2;
    bb += (b[i] - meanB) ** 2;
  }
  return aa * bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}
