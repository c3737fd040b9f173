import { BeatGrid } from '../../src/model/muser/beat-grid.ts';
import { BeatPrior, FORM } from '../../src/model/muser/beat-prior.ts';
import { logProbability } from '../../src/model/muser/likelihood.ts';
import type { Muser } from '../../src/model/muser/muser.ts';
import { modeValue } from '../../src/model/muser/plan.ts';
import { returnDistances } from '../../src/model/tokens/form.ts';
import type { Words } from '../../src/model/tokens/vocabulary.ts';

export interface ScoredMusic {
  readonly words: Words;
  readonly mode: 'major' | 'minor' | null;
}

/**
 * How likely the model's prior finds music, told its mode and no emotion: log probability (nats) a beat of the codes that the
 * music has when it is encoded again, one number a piece. null for models with a code a word.
 */
export async function codeLikelihood(muser: Muser, pieces: readonly ScoredMusic[]): Promise<number[] | null> {
  const { config, weights, engine } = muser;
  if (config.codeRate !== 'beat') return null;
  const scored: number[] = [];
  const prior = new BeatPrior(weights, engine, 1, 1);
  try {
    for (const piece of pieces) {
      const start = await prior.mark(0);
      scored.push(await score(muser, prior, piece));
      start();
    }
  } finally {
    prior.dispose();
  }
  return scored;
}

async function score(muser: Muser, prior: BeatPrior, { words, mode }: ScoredMusic): Promise<number> {
  const grid = new BeatGrid(words, await muser.encode(words));
  const form = returnDistances(words);
  const { books, prior: spec } = muser.config;
  const masks = books.map(({ size }) => new Uint8Array(size).fill(1));
  let last: readonly number[] | null = null;
  let [sum, beats] = [0, 0];
  for (let bar = 0; bar < grid.bars; bar++)
    for (let beat = 0; beat < grid.barBeats[bar]; beat++) {
      const known: Readonly<Record<string, number>> = { beat, mode: modeValue(mode), form: form[bar] };
      const codes = grid.at(bar, beat);
      const input = {
        last,
        ref: form[bar] > 0 ? grid.at(bar - form[bar], beat) : null,
        features: spec.features.map(([name]) => known[name] ?? 0),
        emotion: null,
        endsBar: false,
      };
      await prior.step([input], (_, book, logits) => {
        if (book !== FORM) sum += logProbability(logits, masks[book], codes[book]);
        return codes[book];
      });
      last = codes;
      beats++;
    }
  return sum / beats;
}
