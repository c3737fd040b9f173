/**
 * A struck string, by addition: every partial is two damped resonators (two strings of a unison, a hair out of tune,
 * one dying sooner than the other), which gives the piano's beating and its two-stage decay. No samples are used.
 * Stiffness stretches the partials (f_n = n f0 sqrt(1 + B n^2); Fletcher, 1964), the hammer strikes at 1/8 of the
 * length, and a softer blow has darker partials.
 */
export interface VoiceOptions {
  /** MIDI pitch. */
  pitch: number;
  /** 0 (softest) .. 1 (hardest blow). */
  force: number;
  sampleRate: number;
}

const STRIKE_AT = 1 / 8;
const MOST_PARTIALS = 48;

export const frequencyOf = (pitch: number): number => 440 * 2 ** ((pitch - 69) / 12);

/** Low strings ring long, high ones briefly. Seconds that are worth storing. */
export function voiceSeconds(pitch: number): number {
  return Math.max(1.1, 7.5 - (pitch - 21) * 0.075);
}

function stiffness(pitch: number): number {
  return 10 ** (-4.1 + Math.abs(pitch - 40) * 0.026);
}

/** One note, mono, peak at most 1. */
export function renderVoice({ pitch, force, sampleRate }: VoiceOptions): Float32Array {
  const samples = new Float32Array(Math.ceil(voiceSeconds(pitch) * sampleRate));
  const f0 = frequencyOf(pitch);
  const b = stiffness(pitch);
  const brightness = 650 + 3600 * force + f0 * (0.9 + 1.6 * force);
  for (let n = 1; n <= MOST_PARTIALS; n++) {
    const frequency = n * f0 * Math.sqrt(1 + b * n * n);
    if (frequency > Math.min(12_000, sampleRate * 0.45)) break;
    const strike = Math.abs(Math.sin(n * Math.PI * STRIKE_AT)) + 0.06;
    const amplitude = (strike * Math.exp(-frequency / brightness)) / n ** 0.62;
    if (amplitude < 1e-4) continue;
    // Seconds to fall to 1/e: shorter for high notes, and for high partials of any note.
    const life = (2.6 * 2 ** (-(pitch - 48) / 22)) / (1 + (frequency / 2600) ** 1.2 + 0.03 * n);
    const detune = 1 + 0.00022 + 0.00008 * Math.sin(n * 2.3);
    addResonator(samples, frequency, amplitude * 0.68, life * 0.42, sampleRate);
    addResonator(samples, frequency * detune, amplitude * 0.42, life * 1.5, sampleRate);
  }
  addHammer(samples, pitch, force, sampleRate);
  return finish(samples, sampleRate);
}

/** y[n] = 2 r cos(w) y[n-1] - r^2 y[n-2]: a sine that dies by 1/e in `life` seconds, at two multiplications a sample. */
function addResonator(
  out: Float32Array,
  frequency: number,
  amplitude: number,
  life: number,
  rate: number,
): void {
  const w = (2 * Math.PI * frequency) / rate;
  const r = Math.exp(-1 / (life * rate));
  const a = 2 * r * Math.cos(w);
  const c = r * r;
  let before = 0;
  let now = amplitude * Math.sin(w) * r;
  const length = Math.min(out.length, Math.ceil(life * rate * 8));
  for (let i = 1; i < length; i++) {
    out[i] += now;
    const next = a * now - c * before;
    before = now;
    now = next;
  }
}

/** The thump of the key bed and the felt: a short burst of dark noise. */
function addHammer(out: Float32Array, pitch: number, force: number, rate: number): void {
  const length = Math.min(out.length, Math.ceil(rate * 0.06));
  const smooth = Math.exp((-2 * Math.PI * (260 + 900 * force + (pitch - 21) * 9)) / rate);
  let seed = 22_222 + pitch * 97;
  let low = 0;
  for (let i = 0; i < length; i++) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    low = low * smooth + (seed / 2 ** 31 - 1) * (1 - smooth);
    out[i] += low * (0.1 + 0.22 * force) * Math.exp(-i / (rate * 0.011));
  }
}

/** Soft start against a click, silence at the end, peak normalised. */
function finish(samples: Float32Array, rate: number): Float32Array {
  const rise = Math.ceil(rate * 0.0018);
  const fall = Math.ceil(rate * 0.12);
  let peak = 1e-9;
  for (let i = 0; i < samples.length; i++) {
    if (i < rise) samples[i] *= i / rise;
    const left = samples.length - 1 - i;
    if (left < fall) samples[i] *= left / fall;
    peak = Math.max(peak, Math.abs(samples[i]));
  }
  for (let i = 0; i < samples.length; i++) samples[i] /= peak;
  return samples;
}
