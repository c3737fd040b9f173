import { expect, test } from 'vitest';
import type { GenerateRequest, Take } from '../../src/contract/contract.ts';
import { NEW_ASK } from '../../src/contract/document.ts';
import { NO_REFERENCE } from '../../src/model/choosing/reference.ts';
import { createSimdEngine } from '../../src/model/engines/simd/engine.ts';
import { MuserModel } from '../../src/model/muser/muser-model.ts';
import { writeMidi } from '../../src/model/music/midi-out.ts';
import { importFile } from '../../src/services/inference/analyse.ts';
import { remix } from '../../src/services/inference/remix.ts';
import { writeTakes } from '../../src/services/inference/write-takes.ts';
import { goldenWeights } from '../model/helpers/golden.ts';
import { Dice, PATIENCE, tell, times } from './attack.ts';
import { PIECE } from './samples.ts';

const AT_ONCE = 12;
const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));
const base64 = Buffer.from(writeMidi(PIECE)).toString('base64');

let muser: MuserModel;
/** An engine whose memory has yet to grow. */
async function freshEngine(): Promise<void> {
  const weights = await goldenWeights('affetto');
  muser = new MuserModel(weights, await createSimdEngine(weights));
}

interface Work {
  readonly kind: 'transfer' | 'generate' | 'import';
  readonly seed: number;
}

async function act({ kind, seed }: Work): Promise<unknown> {
  if (kind === 'import') return importFile({ fileName: `${seed}.mid`, base64 }, () => null);
  if (kind === 'transfer') {
    const source = {
      ...PIECE,
      notes: PIECE.notes.map((note) => ({ ...note, velocity: 1 + ((note.velocity + seed) % 127) })),
    };
    return remix(
      muser,
      { piece: PIECE, sources: { velocity: { piece: source, amount: 1 + (seed % 100) } } },
      { breathe },
    );
  }
  const takes: Take[] = [];
  const ask = { ...NEW_ASK, bars: 1 + (seed % 2), takes: 1, bestOf: 1 };
  const bars = Array.from({ length: ask.bars }, () => NEW_ASK.emotion);
  const request: GenerateRequest = { projectId: 'p', ask, bars, seed, base: null };
  const reply = {
    signal: new AbortController().signal,
    progress: () => {},
    take: (take: Take) => void takes.push(take),
  };
  await writeTakes({ model: muser, reference: NO_REFERENCE }, request, () => null, reply);
  return takes;
}

test(
  'transfers, generations and imports at once give the same as one after the other',
  PATIENCE,
  async () => {
    const dice = new Dice('at once');
    const rounds = times(2, 200);
    for (let round = 0; round < rounds; round++) {
      const works = Array.from(
        { length: AT_ONCE },
        (): Work => ({ kind: dice.of(['transfer', 'generate', 'import']), seed: dice.below(1e6) }),
      );
      await freshEngine();
      const together = await Promise.all(works.map(act));
      for (const [i, work] of works.entries()) expect(together[i]).toEqual(await act(work));
    }
    tell('at once', { rounds, atOnce: AT_ONCE, failed: 0, different: 0 });
  },
);
