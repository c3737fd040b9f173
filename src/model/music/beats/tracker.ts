import { AffettoError } from '../../error.ts';
import type { Tensors } from '../../weights/tensors.ts';
import type { BeatGrid, BeatTracker, TrackOptions } from '../beat-tracker.ts';
import type { TimedNote } from '../song.ts';
import { barPointer, type PointerSettings } from './bar-pointer.ts';
import { beatFeatures, FRAMES_PER_SECOND } from './beat-features.ts';
import { BeatNetwork } from './beat-network.ts';

/** config.json of the beat tracker. */
export interface BeatConfig {
  readonly blocks: number;
  readonly decoder: PointerSettings;
  /** Expected F-measure from how sure the network is on the beats and how unsure between them (least squares, held-out songs). */
  readonly certainty: { readonly base: number; readonly onBeat: number; readonly between: number };
}

/** The learned tracker: a convolution network hears beats and downbeats, the bar pointer makes a steady grid of them. */
export class LearnedBeatTracker implements BeatTracker {
  readonly #network: BeatNetwork;
  readonly #config: BeatConfig;

  constructor(network: BeatNetwork, config: BeatConfig) {
    this.#network = network;
    this.#config = config;
  }

  /** Throws an input error when config or tensors are not a beat tracker's. */
  static fromWeights(config: unknown, tensors: Tensors): LearnedBeatTracker {
    if (!isBeatConfig(config))
      throw new AffettoError(
        'the beat tracker: its config.json lacks blocks, decoder or certainty; fetch the model again',
      );
    return new LearnedBeatTracker(new BeatNetwork(tensors, config.blocks), config);
  }

  /**
   * @param notes sorted by start, at least one
   * @returns beats from about the first onset to past the last
   */
  track(
    notes: readonly Pick<TimedNote, 'pitch' | 'velocity' | 'startSeconds'>[],
    options: TrackOptions = {},
  ): BeatGrid {
    if (notes.length === 0) throw new AffettoError('no notes to find beats in');
    const beatsPerBar = options.threeFour ? 3 : 4;
    const played = beatFeatures(notes);
    const { beat, downbeat } = this.#network.beliefs(played);
    const frameOf = (seconds: number) => Math.round((seconds - played.start) * FRAMES_PER_SECOND);
    const first = frameOf(notes[0].startSeconds);
    const last = frameOf(notes[notes.length - 1].startSeconds);
    const down = conditional(beat, downbeat);
    const path = barPointer(beat, down, first, last, beatsPerBar, this.#config.decoder);
    const times = path.frames.map((frame) => played.start + centroid(beat, frame) / FRAMES_PER_SECOND);
    // A lone beat (all notes at once) still needs an end: half a second later.
    if (times.length === 1) times.push(times[0] + 0.5);
    const downbeats = path.places.flatMap((place, i) => (place === 0 ? [i] : []));
    return { beatTimes: times, downbeats, beatsPerBar, certainty: this.#certainty(beat, path.frames) };
  }

  #certainty(beat: Float32Array, frames: readonly number[]): number {
    const { base, onBeat, between } = this.#config.certainty;
    const { on, off } = beatSupport(beat, frames);
    return Math.min(1, Math.max(0, base + onBeat * on + between * off));
  }
}

/** Mean belief in a beat on the beats, and the mean highest belief in the middle half between them. */
function beatSupport(beat: Float32Array, frames: readonly number[]): { on: number; off: number } {
  let on = 0;
  let off = 0;
  for (let i = 0; i < frames.length; i++) {
    on += sigmoid(beat[frames[i]]) / frames.length;
    if (i + 1 === frames.length) break;
    const gap = frames[i + 1] - frames[i];
    let highest = 0;
    for (let f = frames[i] + Math.round(gap / 4); f <= frames[i + 1] - gap / 4; f++) {
      highest = Math.max(highest, sigmoid(beat[f]));
    }
    off += highest / (frames.length - 1);
  }
  return { on, off };
}

/** Log odds of a downbeat given a beat, from those of each; held within 1 and 99%. */
function conditional(beat: Float32Array, downbeat: Float32Array): Float32Array {
  return beat.map((value, f) => {
    const share = Math.min(0.99, Math.max(0.01, sigmoid(downbeat[f]) / Math.max(1e-6, sigmoid(value))));
    return Math.log(share / (1 - share));
  });
}

/** Where the belief around a frame lies, within two frames: finer than the frames themselves. */
function centroid(beat: Float32Array, frame: number): number {
  let sum = 0;
  let weight = 0;
  for (let f = Math.max(0, frame - 2); f <= Math.min(beat.length - 1, frame + 2); f++) {
    const p = sigmoid(beat[f]);
    sum += f * p;
    weight += p;
  }
  return weight > 1e-3 ? sum / weight : frame;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

function isBeatConfig(config: unknown): config is BeatConfig {
  if (typeof config !== 'object' || config === null) return false;
  const { blocks, decoder, certainty } = config as Partial<BeatConfig>;
  const numbers = (of: object | undefined, names: readonly string[]) =>
    of !== undefined && names.every((name) => typeof (of as Record<string, unknown>)[name] === 'number');
  return (
    typeof blocks === 'number' &&
    numbers(decoder, ['stiffness', 'priorBpm', 'priorOctaves', 'pace', 'downbeatWeight', 'beatBias']) &&
    numbers(certainty, ['base', 'onBeat', 'between'])
  );
}
