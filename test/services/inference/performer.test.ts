import { beforeAll, expect, test } from 'vitest';
import type { GenerateRequest, Take } from '../../../src/contract/contract.ts';
import { NEW_ASK } from '../../../src/contract/document.ts';
import { NO_REFERENCE } from '../../../src/model/choosing/reference.ts';
import { createSimdEngine } from '../../../src/model/engines/simd/engine.ts';
import { MuserModel } from '../../../src/model/muser/muser-model.ts';
import type { Piece } from '../../../src/model/music/piece.ts';
import { pieceToWords } from '../../../src/model/tokens/encode.ts';
import type { Hear } from '../../../src/services/inference/analyse.ts';
import { remix } from '../../../src/services/inference/remix.ts';
import { writeTakes } from '../../../src/services/inference/write-takes.ts';
import { loadPerformer } from '../../../src/services/model-files/small-model.ts';
import { goldenWeights } from '../../model/helpers/golden.ts';

const BARS = 6;
const hear: Hear = (piece: Piece) => ({
  emotion: { valence: 0, arousal: piece.notes.length / 200 },
  bars: piece.barBeats.map(() => ({ valence: 0, arousal: 0 })),
});
let muser: MuserModel;
beforeAll(async () => {
  const weights = await goldenWeights('affetto');
  muser = new MuserModel(weights, await createSimdEngine(weights));
});

async function write(
  ask: Partial<GenerateRequest['ask']>,
  base: GenerateRequest['base'] = null,
): Promise<Take> {
  const takes: Take[] = [];
  await writeTakes(
    { model: muser, reference: NO_REFERENCE },
    {
      projectId: 'p',
      ask: { ...NEW_ASK, bars: BARS, takes: 1, bestOf: 3, ...ask },
      bars: new Array(BARS).fill({ valence: 0.5, arousal: 0.5 }),
      seed: 8,
      base,
    },
    hear,
    { signal: new AbortController().signal, progress: () => {}, take: (take) => takes.push(take) },
    await loadPerformer(),
  );
  return takes[0];
}

const plain = { pedal: false, timing: 0 };
const isPlayed = ({ notes }: Piece): boolean => notes.some(({ offset }) => offset !== undefined);

test('what is written and which candidate is chosen do not depend on how it is played', async () => {
  const [played, still] = [await write({}), await write(plain)];
  expect(pieceToWords(played.piece)).toEqual(pieceToWords(still.piece));
  expect(played.choice).toEqual(still.choice);
  expect(isPlayed(played.piece) && played.piece.pedal).toBeTruthy();
  expect(isPlayed(still.piece)).toBe(false);
  expect(still.piece.pedal).toBeUndefined();
});

test('bars written anew are played where the music is, and only there', async () => {
  const [played, still] = [(await write({})).piece, (await write(plain)).piece];
  const base = (piece: Piece) => ({
    clipId: 'a',
    piece,
    renew: ['type' as const, 'barBeat' as const, 'pitch' as const, 'duration' as const],
    fromBar: 2,
    toBar: 4,
  });
  const inside = ({ notes }: Piece) => notes.filter(({ step }) => step >= 32 && step < 64);
  const outside = ({ notes }: Piece) => notes.filter(({ step }) => step < 32 || step >= 64);
  const renewed = (await write({}, base(played))).piece;
  expect(outside(renewed)).toEqual(outside(played));
  expect(inside(renewed)).not.toEqual(inside(played));
  expect(inside(renewed).some(({ offset }) => offset !== undefined)).toBe(true);
  const gridded = (await write({}, base(still))).piece;
  expect(isPlayed(gridded)).toBe(false);
  expect(gridded.pedal).toBeUndefined();
  const louder = (await write({}, { ...base(played), renew: ['velocity'] })).piece;
  expect(louder.pedal).toEqual(played.pedal);
});

test('the pedal written anew leaves everything else, and comes where there was none', async () => {
  const [played, still] = [(await write({})).piece, (await write(plain)).piece];
  const base = (piece: Piece) => ({ clipId: 'a', piece, renew: ['pedal' as const], fromBar: 0, toBar: BARS });
  const { pedal, ...rest } = (await write({ seed: 3 }, base(played))).piece;
  const { pedal: before, ...same } = played;
  expect(rest).toEqual(same);
  expect(pedal!.length).toBeGreaterThan(0);
  const wet = (await write(plain, base(still))).piece;
  expect(wet.pedal!.length).toBeGreaterThan(0);
  expect(wet.notes).toEqual(still.notes);
  const again = (await write({}, { ...base(played), renew: ['pitch', 'pedal'] })).piece;
  expect(again.pedal).not.toEqual(before);
});

test('a pedal taken from another clip goes bar by bar and moves no word', async () => {
  const [played, still] = [(await write({})).piece, (await write(plain)).piece];
  const request = { piece: still, sources: { pedal: { piece: played, amount: 100 } } };
  expect(await remix(muser, request, {})).toEqual({ ...still, pedal: played.pedal });
});

test('chords taken from another clip move the notes and nothing else of them, and bring their mode', async () => {
  const played = (await write({})).piece;
  const other: Piece = {
    ...played,
    key: { tonic: (played.key.tonic + 3) % 12, mode: played.key.mode === 'minor' ? 'major' : 'minor' },
    chords: [0, 4].map((beat) => ({ beat, chord: { root: (beat + 5) % 12, quality: 'min7' } })),
  };
  const mixed = await remix(muser, { piece: played, sources: { chord: { piece: other, amount: 100 } } }, {});
  expect(mixed.key).toEqual({ tonic: played.key.tonic, mode: other.key.mode });
  const roots = mixed.chords.map(({ chord }) => (chord!.root - played.key.tonic + 12) % 12);
  expect(roots).toEqual(other.chords.map(({ chord }) => (chord!.root - other.key.tonic + 12) % 12));
  const still = (piece: Piece) => piece.notes.map(({ pitch, ...rest }) => rest);
  expect(still(mixed)).toEqual(still(played));
  expect(mixed.notes.map(({ pitch }) => pitch)).not.toEqual(played.notes.map(({ pitch }) => pitch));
  expect(mixed.pedal).toEqual(played.pedal);
  const few = await remix(muser, { piece: played, sources: { chord: { piece: other, amount: 10 } } }, {});
  expect(few.key).toEqual(played.key);
});
