import { FRAMES_PER_SECOND } from './beat-features.ts';

/** Beat intervals in frames: 45 to 200 bpm at 50 frames a second. */
const SHORTEST = 15;
const LONGEST = 67;
const INTERVALS = LONGEST - SHORTEST + 1;

export interface PointerSettings {
  /** Cost of changing the beat interval by an octave. */
  readonly stiffness: number;
  /** Log-normal prior on the interval: centre in bpm and width in octaves. */
  readonly priorBpm: number;
  readonly priorOctaves: number;
  /** How much of that prior is paid again by every beat: keeps slow, faint music from the ends of the range. */
  readonly pace: number;
  /** How much the downbeat counts beside the beat. */
  readonly downbeatWeight: number;
  /** Added to the log odds of every beat: above 0 favours more beats. */
  readonly beatBias: number;
}

export interface PointerPath {
  /** Frame of each beat. */
  readonly frames: number[];
  /** Place in the bar of each beat, 0 = downbeat. */
  readonly places: number[];
}

/**
 * The best sequence of beats and bar places: a semi-Markov chain whose state is (frame of a beat, its place in the bar, the
 * interval to it). Score = log odds of a beat at each beat frame, plus log odds of being a downbeat given a beat, minus
 * stiffness * |log2 of the ratio of successive intervals|. The exact Viterbi path: because the interval cost is a distance
 * on a line, the best predecessor of all intervals is found by one sweep up and one down (a distance transform).
 *
 * @param beat log odds of a beat, one a frame
 * @param down log odds of a downbeat given a beat, one a frame
 * @param first frame of the first onset, `last` of the last one
 */
export function barPointer(
  beat: Float32Array,
  down: Float32Array,
  first: number,
  last: number,
  beatsPerBar: number,
  settings: PointerSettings,
): PointerPath {
  const frames = beat.length;
  const width = beatsPerBar * INTERVALS;
  const costs = stepCosts(settings.stiffness);
  const prior = intervalPrior(settings);
  // After the sweeps: worth of the best beat at a frame and place, seen from each interval of the beat after it. Only
  // LONGEST frames are looked back to; where each came from is kept for the whole way.
  const ring = new Float32Array((LONGEST + 1) * width);
  const source = new Uint8Array(frames * width);
  const openings = Math.min(frames, first + LONGEST + 1);
  const opened = new Uint8Array(openings * width);
  let best = Number.NEGATIVE_INFINITY;
  let end = { frame: 0, place: 0, interval: 0 };
  for (let frame = 0; frame < frames; frame++) {
    for (let place = 0; place < beatsPerBar; place++) {
      const belief = place === 0 ? -softplus(-down[frame]) : -softplus(down[frame]);
      const gain = beat[frame] + settings.beatBias + settings.downbeatWeight * belief;
      const slot = (frame % (LONGEST + 1)) * width + place * INTERVALS;
      const before = ((place + beatsPerBar - 1) % beatsPerBar) * INTERVALS;
      for (let d = 0; d < INTERVALS; d++) {
        const interval = SHORTEST + d;
        let value = Number.NEGATIVE_INFINITY;
        if (frame >= interval) value = ring[((frame - interval) % (LONGEST + 1)) * width + before + d];
        if (frame <= first + interval && prior[d] > value) {
          value = prior[d];
          opened[frame * width + place * INTERVALS + d] = 1;
        }
        value += gain + settings.pace * prior[d];
        ring[slot + d] = value;
        if (frame + interval > last && value > best) {
          best = value;
          end = { frame, place, interval: d };
        }
      }
      sweep(ring, slot, source, frame * width + place * INTERVALS, costs);
    }
  }
  const path: PointerPath = { frames: [], places: [] };
  for (let { frame, place, interval } = end; ; ) {
    path.frames.push(frame);
    path.places.push(place);
    if (frame < openings && opened[frame * width + place * INTERVALS + interval]) break;
    const previous = frame - SHORTEST - interval;
    if (previous < 0) break;
    place = (place + beatsPerBar - 1) % beatsPerBar;
    interval = source[previous * width + place * INTERVALS + interval];
    frame = previous;
  }
  path.frames.reverse();
  path.places.reverse();
  return path;
}

/** Replaces values[d] by the maximum over d' of values[d'] - cost(d, d'), and notes which d' it was. */
function sweep(
  values: Float32Array,
  at: number,
  source: Uint8Array,
  sourceAt: number,
  costs: Float32Array,
): void {
  for (let d = 0; d < INTERVALS; d++) source[sourceAt + d] = d;
  for (let d = 1; d < INTERVALS; d++) {
    const moved = values[at + d - 1] - costs[d];
    if (moved > values[at + d]) {
      values[at + d] = moved;
      source[sourceAt + d] = source[sourceAt + d - 1];
    }
  }
  for (let d = INTERVALS - 2; d >= 0; d--) {
    const moved = values[at + d + 1] - costs[d + 1];
    if (moved > values[at + d]) {
      values[at + d] = moved;
      source[sourceAt + d] = source[sourceAt + d + 1];
    }
  }
}

/** Cost of the step from interval d - 1 to d. */
function stepCosts(stiffness: number): Float32Array {
  return Float32Array.from({ length: INTERVALS }, (_, d) =>
    d === 0 ? 0 : stiffness * Math.log2((SHORTEST + d) / (SHORTEST + d - 1)),
  );
}

function intervalPrior({ priorBpm, priorOctaves }: PointerSettings): Float32Array {
  const centre = (60 / priorBpm) * FRAMES_PER_SECOND;
  return Float32Array.from(
    { length: INTERVALS },
    (_, d) => -0.5 * (Math.log2((SHORTEST + d) / centre) / priorOctaves) ** 2,
  );
}

const softplus = (x: number): number => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)));
