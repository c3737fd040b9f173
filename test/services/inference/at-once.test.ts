import { expect, test } from 'vitest';
import type { GenerateRequest, Take, TransferRequest } from '../../../src/contract/contract.ts';
import { NEW_ASK } from '../../../src/contract/document.ts';
import { NO_REFERENCE } from '../../../src/model/choosing/reference.ts';
import { createSimdEngine } from '../../../src/model/engines/simd/engine.ts';
import { MuserModel } from '../../../src/model/muser/muser-model.ts';
import type { Piece } from '../../../src/model/music/piece.ts';
import { remix } from '../../../src/services/inference/remix.ts';
import { writeTakes } from '../../../src/services/inference/write-takes.ts';
import { goldenWeights } from '../../model/helpers/golden.ts';

const AT_ONCE = 12;
const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A fresh engine: its memory has yet to grow. */
async function freshMuser(): Promise<MuserModel> {
  const weights = await goldenWeights('affetto');
  return new MuserModel(weights, await createSimdEngine(weights));
}

function piece(bars: number, root: number): Piece {
  const notes = Array.from({ length: bars * 4 }, (_, i) => ({
    step: i * 4,
    pitch: root + ((i * 7) % 12),
    duration: 3,
    velocity: 50 + (i % 40),
  }));
  return {
    key: { tonic: root % 12, mode: 'major' },
    barBeats: Array.from({ length: bars }, () => 4),
    notes,
    tempos: [{ beat: 0, bpm: 100 }],
    chords: [{ beat: 0, chord: { root: root % 12, quality: 'maj' } }],
  };
}

async function transfer(muser: MuserModel, i: number): Promise<Piece> {
  const request: TransferRequest = {
    piece: piece(2 + i, 50 + i),
    sources: {
      velocity: { piece: piece(3 + i, 60), amount: 80 },
      chord: { piece: piece(4, 62 - i), amount: 100 },
    },
  };
  return remix(muser, request, { breathe });
}

async function generate(muser: MuserModel, i: number): Promise<Take[]> {
  const takes: Take[] = [];
  const ask = { ...NEW_ASK, bars: 1 + (i % 3), takes: 1, bestOf: 1 };
  const bars = Array.from({ length: ask.bars }, () => NEW_ASK.emotion);
  const request: GenerateRequest = { projectId: 'p', ask, bars, seed: i, base: null };
  const reply = {
    signal: new AbortController().signal,
    progress: () => {},
    take: (take: Take) => void takes.push(take),
  };
  await writeTakes({ model: muser, reference: NO_REFERENCE }, request, () => null, reply);
  return takes;
}

test.each([
  ['transfers', transfer],
  ['generations', generate],
  ['both', (muser: MuserModel, i: number) => (i % 2 ? transfer(muser, i) : generate(muser, i))],
] as const)('twelve %s at once are what they are one after the other', async (_, act) => {
  const all = Array.from({ length: AT_ONCE }, (_, i) => i);
  const atOnce = await freshMuser().then((muser) => Promise.all(all.map((i) => act(muser, i))));
  const muser = await freshMuser();
  for (const i of all) expect(atOnce[i]).toEqual(await act(muser, i));
});
