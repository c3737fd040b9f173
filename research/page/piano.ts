import { renderVoice } from '../../src/renderer/listen/voice.ts';
import type { PageNote } from './data.ts';

/** One stored voice every so many semitones. */
const SPACING = 6;
const LOWEST = 24;
const FORCES = [0.22, 0.85] as const;
const RELEASE_SECONDS = 0.09;
const LEAD_SECONDS = 0.1;

/** The app's piano without its worker: pages from disk may not start one, so voices are made as a clip needs them. */
export class PagePiano {
  #context: AudioContext | null = null;
  readonly #voices = new Map<string, AudioBuffer>();
  #output: GainNode | null = null;

  /**
   * Plays notes from now on; resolves when they begin.
   * @returns the time they began on this piano's clock, or null where it was stopped before
   */
  async play(notes: readonly PageNote[], isWanted: () => boolean): Promise<number | null> {
    this.#context ??= new AudioContext();
    const context = this.#context;
    await context.resume();
    for (const key of new Set(
      notes.flatMap(([, , pitch]) => FORCES.map((_, layer) => `${stored(pitch)}:${layer}`)),
    )) {
      if (!this.#voices.has(key)) {
        this.#voices.set(key, this.#render(context, key));
        // Lets the page breathe between two voices.
        await new Promise((done) => setTimeout(done));
      }
      if (!isWanted()) return null;
    }
    this.stop();
    const output = context.createGain();
    output.gain.value = 0.8;
    const compressor = context.createDynamicsCompressor();
    output.connect(compressor).connect(context.destination);
    this.#output = output;
    const start = context.currentTime + LEAD_SECONDS;
    for (const note of notes) this.#strike(context, output, note, start);
    return start;
  }

  /** Falls silent. */
  stop(): void {
    const output = this.#output;
    if (!output || !this.#context) return;
    output.gain.setTargetAtTime(0, this.#context.currentTime, 0.03);
    setTimeout(() => output.disconnect(), 300);
    this.#output = null;
  }

  get now(): number {
    return this.#context?.currentTime ?? 0;
  }

  #strike(context: AudioContext, output: GainNode, [start, length, pitch, velocity]: PageNote, from: number) {
    const at = from + start / 1000;
    const until = at + length / 1000;
    const force = (velocity - 1) / 126;
    const hard = Math.min(1, Math.max(0, (force - 0.15) / 0.7));
    const gain = context.createGain();
    gain.gain.setValueAtTime(0.05 + 0.5 * force ** 1.7, at);
    gain.gain.setTargetAtTime(0, until, RELEASE_SECONDS);
    gain.connect(output);
    for (const [layer, share] of [1 - hard, hard].entries()) {
      const buffer = this.#voices.get(`${stored(pitch)}:${layer}`);
      if (!buffer || share < 0.02) continue;
      const source = context.createBufferSource();
      source.buffer = buffer;
      source.playbackRate.value = 2 ** ((pitch - stored(pitch)) / 12);
      const part = context.createGain();
      part.gain.value = share;
      source.connect(part).connect(gain);
      source.start(at);
      source.stop(until + RELEASE_SECONDS * 6);
    }
  }

  #render(context: AudioContext, key: string): AudioBuffer {
    const [pitch, layer] = key.split(':').map(Number);
    const samples = renderVoice({ pitch, force: FORCES[layer], sampleRate: context.sampleRate });
    const buffer = context.createBuffer(1, samples.length, context.sampleRate);
    buffer.copyToChannel(samples as Float32Array<ArrayBuffer>, 0);
    return buffer;
  }
}

const stored = (pitch: number): number => LOWEST + Math.round((pitch - LOWEST) / SPACING) * SPACING;
