import type { HeardNote } from './heard-note.ts';

/** Time between two looks at what sounds; longer where there would be too many. */
const STEP_SECONDS = 0.5;
const MOST_STEPS = 50_000;
/** What is remembered begins as the mean over the music's first seconds. */
const FIRST_SECONDS = 6;
const HIGH_PITCH = 72;
const HARMONICS = 6;
/** Amplitude of a harmonic over that of the one below it. */
const HARMONIC_STEP = 0.88;
const PITCHES = 128;

/** Columns of the course that come from what sounds, struck or still ringing; one value a time asked for. */
export interface SoundColumns {
  /** Loudness, about in sones, of what sounds from the C above middle C. */
  readonly high: number[];
  /** Log of the roughness by which the tones that sound together beat, after Plomp and Levelt. */
  readonly rough: number[];
  /** Log of how much is struck: squared velocities in half a second. */
  readonly struck: number[];
}

/**
 * @param notes sorted by start, at least one
 * @param times ascending, on the notes' clock
 */
export function soundColumns(
  notes: readonly HeardNote[],
  times: readonly number[],
  memorySeconds: number,
): SoundColumns {
  const start = notes[0].startSeconds;
  const span = Math.max(0, (times.at(-1) ?? start) - start);
  const stepSeconds = Math.max(STEP_SECONDS, span / MOST_STEPS);
  const steps = Math.ceil(span / stepSeconds) + 2;
  const strings = new Strings(stepSeconds);
  const [high, rough, struck] = [0, 1, 2].map(() => new Float64Array(steps));
  let next = 0;
  for (let step = 0; step < steps; step++) {
    const now = start + step * stepSeconds;
    strings.age();
    let power = 0;
    for (; next < notes.length && notes[next].startSeconds <= now; next++) {
      strings.strike(notes[next], now);
      power += (notes[next].velocity / 80) ** 2;
    }
    struck[step] = Math.log(power * (STEP_SECONDS / stepSeconds) + 0.05);
    [high[step], rough[step]] = strings.hear(now);
  }
  const at = (values: Float64Array) => {
    const kept = remembered(values, stepSeconds, memorySeconds);
    return times.map((time) => {
      const place = Math.min(steps - 1, Math.max(0, (time - start) / stepSeconds));
      const below = Math.min(steps - 2, Math.floor(place));
      return kept[below] + (place - below) * (kept[below + 1] - kept[below]);
    });
  };
  return { high: at(high), rough: at(rough), struck: at(struck) };
}

/** The piano's strings: how much energy each still has, and until when it may sound. */
class Strings {
  readonly #energy = new Float64Array(PITCHES);
  readonly #until = new Float64Array(PITCHES);
  readonly #fading: Float64Array;

  constructor(stepSeconds: number) {
    this.#fading = Float64Array.from({ length: PITCHES }, (_, pitch) =>
      Math.exp(-stepSeconds / ringSeconds(pitch)),
    );
  }

  age(): void {
    for (let pitch = 0; pitch < PITCHES; pitch++) this.#energy[pitch] *= this.#fading[pitch];
  }

  strike({ pitch, velocity, startSeconds, soundSeconds }: HeardNote, now: number): void {
    const energy = (velocity / 80) ** 2 * Math.exp((startSeconds - now) / ringSeconds(pitch));
    this.#energy[pitch] = Math.max(this.#energy[pitch], energy);
    // However short, it is heard once.
    this.#until[pitch] = Math.max(this.#until[pitch], soundSeconds, now + 1e-6);
  }

  hear(now: number): [high: number, rough: number] {
    const pitches: number[] = [];
    const amplitudes: number[] = [];
    let high = 0;
    for (let pitch = 0; pitch < PITCHES; pitch++) {
      if (this.#until[pitch] <= now) this.#energy[pitch] = 0;
      if (this.#energy[pitch] === 0) continue;
      pitches.push(pitch);
      amplitudes.push(Math.sqrt(this.#energy[pitch]));
      if (pitch >= HIGH_PITCH) high += this.#energy[pitch];
    }
    const table = roughnessTable();
    let rough = 0;
    for (let i = 0; i < pitches.length; i++)
      for (let j = i + 1; j < pitches.length; j++)
        rough += amplitudes[i] * amplitudes[j] * table[pitches[i] * PITCHES + pitches[j]];
    return [(high + 1e-3) ** 0.3, Math.log1p(rough)];
  }
}

/** Time in which a string's energy falls to 1/e. */
const ringSeconds = (pitch: number): number => 6 * 2 ** (-(pitch - 40) / 18);

function remembered(values: Float64Array, stepSeconds: number, memorySeconds: number): Float64Array {
  const keep = Math.exp(-stepSeconds / memorySeconds);
  const first = values.subarray(0, Math.max(1, Math.round(FIRST_SECONDS / stepSeconds)));
  let state = first.reduce((sum, value) => sum + value, 0) / first.length;
  return values.map((value) => {
    state = keep * state + (1 - keep) * value;
    return state;
  });
}

let roughness: Float64Array | undefined;

/** Roughness of two tones of amplitude 1, at [lower * PITCHES + higher]. */
function roughnessTable(): Float64Array {
  if (roughness) return roughness;
  roughness = new Float64Array(PITCHES * PITCHES);
  for (let low = 21; low <= 108; low++)
    for (let high = low + 1; high <= 108; high++) roughness[low * PITCHES + high] = pairRoughness(low, high);
  return roughness;
}

/** Sum over the pairs of harmonics, by the curve that Sethares fitted to Plomp and Levelt's listeners. */
function pairRoughness(low: number, high: number): number {
  const [first, second] = [low, high].map((pitch) => 440 * 2 ** ((pitch - 69) / 12));
  let sum = 0;
  for (let i = 1; i <= HARMONICS; i++)
    for (let j = 1; j <= HARMONICS; j++) {
      const apart = Math.abs(i * first - j * second);
      const width = 0.24 / (0.0207 * Math.min(i * first, j * second) + 18.96);
      const beating = Math.exp(-3.5 * width * apart) - Math.exp(-5.75 * width * apart);
      sum += HARMONIC_STEP ** (i + j - 2) * beating;
    }
  return sum;
}
