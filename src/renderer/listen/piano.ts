import VoiceWorker from './voice-worker.ts?worker';

/** One stored voice every so many semitones; the pitches between are played faster or slower. */
const SPACING = 4;
const LOWEST = 21;
const HIGHEST = 105;
/** Two blows, soft and hard, mixed by velocity. */
const FORCES = [0.22, 0.85] as const;
const RELEASE_SECONDS = 0.09;

/** The built-in piano: voices are computed once, the middle of the keyboard first, then played as buffers. */
export class Piano {
  readonly #context: AudioContext;
  readonly #output: GainNode;
  readonly #voices = new Map<string, AudioBuffer>();
  readonly #sounding = new Set<{ gain: GainNode; sources: AudioBufferSourceNode[] }>();
  /** Resolves when every voice is there; playing may start when the middle is. */
  readonly ready: Promise<void>;

  constructor(context: AudioContext) {
    this.#context = context;
    this.#output = context.createGain();
    const compressor = context.createDynamicsCompressor();
    compressor.threshold.value = -16;
    compressor.ratio.value = 3;
    compressor.attack.value = 0.004;
    compressor.release.value = 0.2;
    const room = context.createConvolver();
    room.buffer = roomResponse(context);
    const wet = context.createGain();
    wet.gain.value = 0.16;
    this.#output.connect(compressor);
    this.#output.connect(room).connect(wet).connect(compressor);
    compressor.connect(context.destination);
    this.ready = this.#render();
  }

  set volume(volume: number) {
    this.#output.gain.setTargetAtTime(volume * volume * 0.9, this.#context.currentTime, 0.01);
  }

  /** Plays a note at a time of the audio clock, seconds. Velocity 1..127. */
  play(pitch: number, velocity: number, at: number, until: number): void {
    const stored = nearestStored(pitch);
    const force = (velocity - 1) / 126;
    const hard = Math.min(1, Math.max(0, (force - 0.15) / 0.7));
    const gain = this.#context.createGain();
    const pan = this.#context.createStereoPanner();
    pan.pan.value = Math.max(-0.5, Math.min(0.5, (pitch - 64) / 60));
    const level = 0.05 + 0.5 * force ** 1.7;
    const sources: AudioBufferSourceNode[] = [];
    for (const [layer, share] of [1 - hard, hard].entries()) {
      const buffer = this.#voices.get(`${stored}:${layer}`);
      if (!buffer || share < 0.02) continue;
      const source = this.#context.createBufferSource();
      source.buffer = buffer;
      source.playbackRate.value = 2 ** ((pitch - stored) / 12);
      const part = this.#context.createGain();
      part.gain.value = share;
      source.connect(part).connect(gain);
      source.start(at);
      source.stop(until + RELEASE_SECONDS * 6);
      sources.push(source);
    }
    if (sources.length === 0) return;
    gain.gain.setValueAtTime(level, at);
    // The top strings have no dampers: they ring on.
    if (pitch < 90) gain.gain.setTargetAtTime(0, until, RELEASE_SECONDS);
    gain.connect(pan).connect(this.#output);
    const voice = { gain, sources };
    this.#sounding.add(voice);
    sources[0].onended = () => {
      this.#sounding.delete(voice);
      pan.disconnect();
    };
  }

  /** A dry tick for the metronome. */
  click(at: number, accent: boolean): void {
    const oscillator = this.#context.createOscillator();
    const gain = this.#context.createGain();
    oscillator.frequency.value = accent ? 1760 : 1320;
    gain.gain.setValueAtTime(accent ? 0.16 : 0.09, at);
    gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.05);
    oscillator.connect(gain).connect(this.#output);
    oscillator.start(at);
    oscillator.stop(at + 0.06);
  }

  /** Everything that sounds or is scheduled falls silent. */
  silence(): void {
    const now = this.#context.currentTime;
    for (const { gain, sources } of this.#sounding) {
      gain.gain.cancelScheduledValues(now);
      gain.gain.setTargetAtTime(0, now, 0.025);
      for (const source of sources) source.stop(now + 0.2);
    }
    this.#sounding.clear();
  }

  async #render(): Promise<void> {
    const worker = new VoiceWorker();
    const waiting = new Map<number, (samples: Float32Array<ArrayBuffer>) => void>();
    worker.onmessage = (event: MessageEvent<{ id: number; samples: Float32Array<ArrayBuffer> }>) => {
      waiting.get(event.data.id)?.(event.data.samples);
      waiting.delete(event.data.id);
    };
    const sampleRate = this.#context.sampleRate;
    const jobs = renderOrder().map(({ pitch, layer }, id) =>
      new Promise<Float32Array<ArrayBuffer>>((resolve) => {
        waiting.set(id, resolve);
        worker.postMessage({ id, pitch, force: FORCES[layer], sampleRate });
      }).then((samples) => {
        const buffer = this.#context.createBuffer(1, samples.length, sampleRate);
        buffer.copyToChannel(samples, 0);
        this.#voices.set(`${pitch}:${layer}`, buffer);
      }),
    );
    await Promise.all(jobs);
    worker.terminate();
  }
}

function nearestStored(pitch: number): number {
  const index = Math.round((pitch - LOWEST) / SPACING);
  return Math.min(HIGHEST, Math.max(LOWEST, LOWEST + index * SPACING));
}

/** From the middle of the keyboard outwards. */
function renderOrder(): { pitch: number; layer: number }[] {
  const pitches: number[] = [];
  for (let pitch = LOWEST; pitch <= HIGHEST; pitch += SPACING) pitches.push(pitch);
  pitches.sort((a, b) => Math.abs(a - 60) - Math.abs(b - 60));
  return pitches.flatMap((pitch) => FORCES.map((_, layer) => ({ pitch, layer })));
}

/** A small wooden room: decaying noise, darker as it dies, different left and right. */
function roomResponse(context: AudioContext): AudioBuffer {
  const seconds = 1.6;
  const length = Math.ceil(seconds * context.sampleRate);
  const buffer = context.createBuffer(2, length, context.sampleRate);
  for (let channel = 0; channel < 2; channel++) {
    const data = buffer.getChannelData(channel);
    let seed = 4711 + channel * 1009;
    let low = 0;
    for (let i = 0; i < length; i++) {
      const t = i / length;
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      const smooth = 0.35 + 0.6 * t;
      low = low * smooth + (seed / 2 ** 31 - 1) * (1 - smooth);
      data[i] = low * (1 - t) ** 3.2 * Math.min(1, i / (0.012 * context.sampleRate));
    }
  }
  return buffer;
}
