import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { emotionFeatures } from '../../model/emotion/features.ts';
import { geluInPlace } from '../../model/engines/shared.ts';
import { AffettoError } from '../../model/error.ts';
import { readSafetensors, toFloats } from '../../model/weights/safetensors.ts';
import type { Judge } from './judge.ts';

const USUAL = ['resources/models/recogniser', 'resources/models/judge'];

/** Loads recognisers; null = those that are installed. */
export async function loadJudges(folders: readonly string[] | null): Promise<Judge[]> {
  return (folders ?? USUAL.filter((folder) => existsSync(join(folder, 'weights.safetensors')))).map(
    loadJudge,
  );
}

interface RecogniserConfig {
  readonly clip: number;
  readonly mix: Readonly<Record<'slope' | 'neutral' | 'gain' | 'share', readonly [number, number]>>;
}

function loadJudge(folder: string): Judge {
  const file = (name: string) => {
    const path = join(folder, name);
    if (!existsSync(path)) throw new AffettoError(`${path} is missing; name a recogniser's folder`);
    return readFileSync(path);
  };
  const config = JSON.parse(file('config.json').toString('utf8')) as RecogniserConfig;
  const tensors = readSafetensors(file('weights.safetensors'), join(folder, 'weights.safetensors'));
  const get = (name: string) => ({ shape: tensors.get(name)!.shape, values: toFloats(tensors.get(name)!) });
  const [mean, deviation] = [get('features.mean').values, get('features.deviation').values];
  const layers = ['in', 'middle', 'out'].map((name) => ({
    weight: get(`${name}.weight`),
    bias: get(`${name}.bias`),
  }));
  const linear = { weight: get('linear.weight').values, bias: get('linear.bias').values };
  const opinion = (features: Float32Array): number[] => {
    const x = features.map((value, i) =>
      Math.min(config.clip, Math.max(-config.clip, (value - mean[i]) / deviation[i])),
    );
    const members = layers[0].weight.shape[0];
    const sum = [0, 0, 0, 0];
    for (let member = 0; member < members; member++) {
      let h: Float32Array = x;
      layers.forEach(({ weight, bias }, layer) => {
        const [, outputs, inputs] = weight.shape;
        const from = member * outputs;
        const y = Float32Array.from({ length: outputs }, (_, o) => {
          let total = bias.values[from + o];
          for (let i = 0; i < inputs; i++) total += weight.values[(from + o) * inputs + i] * h[i];
          return total;
        });
        h = layer < 2 ? geluInPlace(y) : y;
      });
      for (let k = 0; k < 4; k++) sum[k] += h[k] / members;
    }
    return [0, 1].map((k) => {
      const straight = x.reduce((s, value, i) => s + value * linear.weight[k * x.length + i], linear.bias[k]);
      const rating = config.mix.slope[k] * (0.5 * (sum[2 + k] + straight) - config.mix.neutral[k]);
      const score = (1 - config.mix.share[k]) * sum[k] + config.mix.share[k] * rating;
      return Math.tanh(config.mix.gain[k] * score);
    });
  };
  return {
    name: basename(folder),
    version: file('checksums.json').toString('utf8'),
    hear: (notes) => {
      const [valence, arousal] = opinion(emotionFeatures(notes));
      return { valence, arousal };
    },
  };
}
