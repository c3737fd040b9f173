import { largest } from '../lists.ts';
import { CHORD_QUALITIES, CHORD_TONES, type Chord, type ChordQuality } from './piece.ts';

/** A note in beats from the start of the piece, with the end of its sound. */
export interface BeatNote {
  readonly pitch: number;
  readonly velocity: number;
  readonly start: number;
  readonly end: number;
}

/** What the finder weighs; set on training songs of Pop1k7 (scripts/measure-chords.mjs). */
export interface ChordWeights {
  /** What a note struck in the beat counts beside its length in beats; what a ringing one counts of its length. */
  readonly struck: number;
  readonly ringing: number;
  /** What full velocity adds to a note's weight of 1. */
  readonly velocity: number;
  /** Score a unit of sound on root, third (or its suspension), fifth, seventh; and on tones outside the chord. */
  readonly root: number;
  readonly third: number;
  readonly fifth: number;
  readonly seventh: number;
  readonly outside: number;
  /** Added when the bass is the root; when it is another chord tone. */
  readonly bassRoot: number;
  readonly bassTone: number;
  /** Taken off rarer qualities. */
  readonly rarity: Readonly<Record<ChordQuality, number>>;
  /** Cost of a change on a downbeat, halfway through a bar, on another beat. */
  readonly changeBar: number;
  readonly changeHalf: number;
  readonly changeElse: number;
  /** Score of "no chord" in a beat of no sound at all. */
  readonly silence: number;
}

const CHORD_WEIGHTS: ChordWeights = {
  struck: 0.08,
  ringing: 1,
  velocity: 0.44,
  root: 1.1,
  third: 0.79,
  fifth: 1.24,
  seventh: 0.54,
  outside: -1.3,
  bassRoot: 0.29,
  bassTone: 0.11,
  rarity: {
    maj: 0,
    min: 0,
    dim: 0.05,
    aug: 0.15,
    sus2: 0.03,
    sus4: 0.1,
    maj7: 0.09,
    min7: 0.14,
    '7': 0.22,
    dim7: 0.22,
    m7b5: 0.18,
  },
  changeBar: 0.25,
  changeHalf: 0.28,
  changeElse: 0.33,
  silence: 0.1,
};

/** A note held or pedalled for longer tells no more. */
const LONGEST_BEATS = 16;

const STATES = 12 * CHORD_QUALITIES.length;

/**
 * The chord of each beat (root, quality, bass), or null where nothing sounds. Each beat's sounding pitch classes, bass
 * counted apart, are matched with templates; the cheapest path over the beats then decides, where changes cost most on
 * weak beats. `bars`: beats of each bar, their sum the number of beats.
 */
export function findChords(
  notes: readonly BeatNote[],
  bars: readonly number[],
  weights: ChordWeights = CHORD_WEIGHTS,
): (Chord | null)[] {
  const beats = bars.reduce((sum, bar) => sum + bar, 0);
  const content = beatContent(notes, beats, weights);
  const scores = content.map((beat) => scoreBeat(beat, weights));
  const path = cheapestPath(scores, changeCosts(bars, weights));
  return path.map((state, beat) => {
    if (state === STATES) return null;
    const root = Math.floor(state / CHORD_QUALITIES.length);
    const { bass } = content[beat];
    return { root, quality: CHORD_QUALITIES[state % CHORD_QUALITIES.length], bass: bass < 0 ? root : bass };
  });
}

/** What sounds in one beat. */
interface BeatContent {
  /** Share of each pitch class; they sum to 1, or to 0 in silence. */
  readonly classes: Float64Array;
  /** How much there is to go by, 0..1: one full beat of sound, or more, is 1. */
  readonly evidence: number;
  /** Pitch class of the lowest note of weight, or -1. */
  readonly bass: number;
}

function beatContent(notes: readonly BeatNote[], beats: number, weights: ChordWeights): BeatContent[] {
  const classes = Array.from({ length: beats }, () => new Float64Array(12));
  const lowest = Array.from({ length: beats }, () => ({ pitch: 128, weight: 0 }));
  for (const note of notes) {
    const first = Math.max(0, Math.floor(note.start + 0.06));
    const last = Math.min(beats - 1, Math.max(first, Math.ceil(note.end) - 1), first + LONGEST_BEATS);
    for (let beat = first; beat <= last; beat++) {
      const overlap = Math.max(0, Math.min(note.end, beat + 1) - Math.max(note.start, beat));
      // A struck note tells something however short it is.
      const struck = note.start >= beat - 0.1;
      if (!struck && overlap <= 0.02) continue;
      const length = struck ? overlap + weights.struck : weights.ringing * overlap;
      const weight = length * (1 + (weights.velocity * note.velocity) / 127);
      classes[beat][note.pitch % 12] += weight;
      if (note.pitch < lowest[beat].pitch && (struck || overlap > 0.1))
        lowest[beat] = { pitch: note.pitch, weight };
    }
  }
  return classes.map((sums, beat) => {
    const total = sums.reduce((a, b) => a + b, 0);
    if (total > 0) for (let i = 0; i < 12; i++) sums[i] /= total;
    const { pitch } = lowest[beat];
    return { classes: sums, evidence: Math.min(1, total), bass: pitch < 128 ? pitch % 12 : -1 };
  });
}

/** Scores of all chords, and of "no chord" last. */
function scoreBeat(beat: BeatContent, weights: ChordWeights): Float64Array {
  const scores = new Float64Array(STATES + 1);
  const worth = [weights.root, weights.third, weights.fifth, weights.seventh].map((w) => w - weights.outside);
  for (let q = 0; q < CHORD_QUALITIES.length; q++) {
    const tones = CHORD_TONES[CHORD_QUALITIES[q]];
    const base = weights.outside - weights.rarity[CHORD_QUALITIES[q]];
    for (let root = 0; root < 12; root++) {
      let score = base;
      for (let i = 0; i < tones.length; i++) {
        const tone = (root + tones[i]) % 12;
        score += beat.classes[tone] * worth[i];
        if (tone === beat.bass) score += i === 0 ? weights.bassRoot : weights.bassTone;
      }
      scores[root * CHORD_QUALITIES.length + q] = score * beat.evidence;
    }
  }
  scores[STATES] = beat.evidence > 0 ? -1 : weights.silence;
  return scores;
}

/** What a change of chord costs at each beat. */
function changeCosts(bars: readonly number[], weights: ChordWeights): number[] {
  return bars.flatMap((beats) =>
    Array.from({ length: beats }, (_, beat) =>
      beat === 0 ? weights.changeBar : beats === 4 && beat === 2 ? weights.changeHalf : weights.changeElse,
    ),
  );
}

/** Viterbi with one cost for any change, so that each beat takes time in proportion to the states. */
function cheapestPath(scores: readonly Float64Array[], costs: readonly number[]): number[] {
  const back: Int16Array[] = [];
  let total = new Float64Array(STATES + 1);
  for (const [beat, score] of scores.entries()) {
    let best = 0;
    for (let i = 1; i <= STATES; i++) if (total[i] > total[best]) best = i;
    const from = new Int16Array(STATES + 1);
    const next = new Float64Array(STATES + 1);
    for (let i = 0; i <= STATES; i++) {
      const stay = total[i] >= total[best] - costs[beat];
      from[i] = stay ? i : best;
      next[i] = score[i] + (stay ? total[i] : total[best] - costs[beat]);
    }
    back.push(from);
    total = next;
  }
  const path: number[] = [];
  let at = total.indexOf(largest(total));
  for (let beat = scores.length - 1; beat >= 0; beat--) {
    path.push(at);
    at = back[beat][at];
  }
  return path.reverse();
}
