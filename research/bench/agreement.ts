import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadMuser } from '../../src/cli/model.ts';
import type { Engine } from '../../src/model/engines/engine.ts';
import { requireInput } from '../../src/model/error.ts';
import { Decoder } from '../../src/model/muser/decoder.ts';
import { type Codes, createEncoder } from '../../src/model/muser/encoder.ts';
import { modeValue } from '../../src/model/muser/plan.ts';
import { beatPointers } from '../../src/model/tokens/bars.ts';
import { FEATURE_COUNT, stateFeatures } from '../../src/model/tokens/features.ts';
import {
  BAR_BEAT,
  ELEMENTS,
  type Element,
  FIRST_POSITION,
  TYPE,
  TYPE_METRICAL,
  TYPE_NOTE,
  WORD_WIDTH,
  type Words,
} from '../../src/model/tokens/vocabulary.ts';
import type { WeightSet } from '../../src/model/weights/weight-set.ts';

interface Song {
  readonly split: string;
  readonly quadrant: number;
  readonly start: number;
  readonly length: number;
  readonly key: { readonly mode: 'major' | 'minor' };
}

interface Agreement {
  readonly steps: number;
  /** Share of the steps at which both engines think the same value most likely. */
  readonly sameArgmax: number;
  /** Mean cross-entropy of the true value, in nats. */
  readonly float32: number;
  readonly int8: number;
}

export interface AgreementReport {
  readonly words: number;
  readonly all: Agreement;
  readonly elements: Readonly<Record<string, Agreement>>;
  /** Share of the codes that the encoder gives alike. */
  readonly sameCodes: number;
}

class Tally {
  steps = 0;
  same = 0;
  float32 = 0;
  int8 = 0;

  get result(): Agreement {
    const { steps, same, float32, int8 } = this;
    return { steps, sameArgmax: same / steps, float32: float32 / steps, int8: int8 / steps };
  }
}

const CORNER = 0.8;

/**
 * The simd engine (int8) against the plain one (float32) on held-out words, each step told the true words before it.
 * @param folder with emopia.json and emopia.words.bin, as `npm run research -- dataset` writes them
 */
export async function measureAgreement(
  model: string,
  folder: string,
  most: number,
): Promise<AgreementReport> {
  const exact = await loadMuser({ model, engine: 'reference' });
  const quick = await loadMuser({ model, engine: 'simd' });
  requireInput(exact.config.codeRate === 'beat', 'agreement is measured for models with codes a beat');
  const { songs } = JSON.parse(await readFile(join(folder, 'emopia.json'), 'utf8')) as { songs: Song[] };
  const bytes = new Uint8Array(await readFile(join(folder, 'emopia.words.bin')));
  const tallies = new Map<Element, Tally>(ELEMENTS.map((e) => [e, new Tally()]));
  let words = 0;
  const codes = { same: 0, all: 0 };
  for (const song of songs.filter(({ split }) => split === 'val')) {
    if (words >= most) break;
    const piece = bytes.subarray(song.start * WORD_WIDTH, (song.start + song.length) * WORD_WIDTH);
    const book = await encodeBoth(exact.weights, exact.engine, quick.engine, piece, codes);
    await compare(exact.weights, [exact.engine, quick.engine], piece, song, book, tallies);
    words += song.length;
  }
  const all = new Tally();
  for (const tally of tallies.values()) {
    all.steps += tally.steps;
    all.same += tally.same;
    all.float32 += tally.float32;
    all.int8 += tally.int8;
  }
  const elements = Object.fromEntries([...tallies].map(([e, tally]) => [e, tally.result]));
  return { words, all: all.result, elements, sameCodes: codes.same / codes.all };
}

async function encodeBoth(
  weights: WeightSet,
  exact: Engine,
  quick: Engine,
  words: Words,
  count: { same: number; all: number },
): Promise<Codes> {
  const [a, b] = [
    await createEncoder(weights, exact).encode(words),
    await createEncoder(weights, quick).encode(words),
  ];
  a.forEach((beat, i) => {
    beat.forEach((code, book) => {
      count.all++;
      if (b[i][book] === code) count.same++;
    });
  });
  return a;
}

async function compare(
  weights: WeightSet,
  engines: readonly Engine[],
  words: Words,
  song: Song,
  codes: Codes,
  tallies: ReadonlyMap<Element, Tally>,
): Promise<void> {
  const decoders = engines.map((engine) => new Decoder(weights, engine, 1, 1));
  const features = stateFeatures(words, { mode: modeValue(song.key.mode), ending: true });
  const pointers = beatPointers(words);
  const emotion = {
    valence: song.quadrant === 1 || song.quadrant === 4 ? CORNER : -CORNER,
    arousal: song.quadrant <= 2 ? CORNER : -CORNER,
  };
  for (let t = 0; t * WORD_WIDTH < words.length; t++) {
    const input = {
      features: features.subarray(t * FEATURE_COUNT, (t + 1) * FEATURE_COUNT),
      step: t,
      emotion,
      codes: { cur: codes[pointers[t]] ?? null, next: codes[pointers[t] + 1] ?? null },
    };
    for (const decoder of decoders) await decoder.step([input]);
    const word = words.subarray(t * WORD_WIDTH, (t + 1) * WORD_WIDTH);
    for (const element of carried(word)) {
      const [a, b] = [
        (await decoders[0].logits(element, [0], [word]))[0],
        (await decoders[1].logits(element, [0], [word]))[0],
      ];
      const tally = tallies.get(element)!;
      const target = word[ELEMENTS.indexOf(element)];
      tally.steps++;
      if (highest(a) === highest(b)) tally.same++;
      tally.float32 += surprise(a, target);
      tally.int8 += surprise(b, target);
    }
  }
  for (const decoder of decoders) decoder.dispose();
}

/** Elements whose value a word really chooses. */
function carried(word: Uint8Array): Element[] {
  if (word[TYPE] === TYPE_NOTE) return ['type', 'pitch', 'duration', 'velocity'];
  if (word[TYPE] !== TYPE_METRICAL) return ['type'];
  const position = word[BAR_BEAT] - FIRST_POSITION;
  return position >= 0 && position % 4 === 0 ? ['type', 'barBeat', 'chord', 'tempo'] : ['type', 'barBeat'];
}

const highest = (logits: Float32Array): number => logits.indexOf(Math.max(...logits));

/** -log softmax(logits)[target]. */
function surprise(logits: Float32Array, target: number): number {
  const most = Math.max(...logits);
  let total = 0;
  for (const logit of logits) total += Math.exp(logit - most);
  return Math.log(total) + most - logits[target];
}
