import { beforeAll, describe, expect, it } from 'vitest';
import type { GenerateRequest, Take } from '../../../src/contract/contract.ts';
import { NEW_ASK } from '../../../src/contract/document.ts';
import { candidateSeed } from '../../../src/model/choosing/candidates.ts';
import { CopyIndex } from '../../../src/model/choosing/copy-index.ts';
import { NO_REFERENCE, type Reference } from '../../../src/model/choosing/reference.ts';
import type { MusicModel } from '../../../src/model/composing/music-model.ts';
import { cutPiece, notesInBars } from '../../../src/model/music/cut-piece.ts';
import type { Piece } from '../../../src/model/music/piece.ts';
import { pieceToWords } from '../../../src/model/tokens/encode.ts';
import { ELEMENTS, type Element } from '../../../src/model/tokens/vocabulary.ts';
import type { Hear } from '../../../src/services/inference/analyse.ts';
import { writeTakes } from '../../../src/services/inference/write-takes.ts';
import { type ModelName, musicModel } from '../../model/helpers/music-models.ts';

const BARS = 6;
const emotion = { valence: 0.5, arousal: 1 };
/** Hears more arousal in more notes of a bar. */
const hear: Hear = (piece: Piece) => {
  const point = (notes: number) => ({ valence: 0.5, arousal: notes / 40 });
  const bars = piece.barBeats.map((_, bar) => point(notesInBars(piece, bar, bar + 1).length));
  return { emotion: point(piece.notes.length / piece.barBeats.length), bars };
};

describe.each<ModelName>(['affetto', 'muser-paper', 'generator'])('bars written anew by %s', (name) => {
  let model: MusicModel;
  let original: Piece;
  beforeAll(async () => {
    model = await musicModel(name);
    original = played((await write({}, 3))[0].piece);
  });

  /** With what words do not know: velocities off their raster, micro-timing, pedal. */
  const played = (piece: Piece): Piece => ({
    ...piece,
    notes: piece.notes.map((note, i) => ({ ...note, velocity: 40 + (i % 50), offset: (i % 3) / 10 })),
    pedal: [{ startStep: 0, endStep: 30.5 }],
  });

  async function write(
    ask: Partial<GenerateRequest['ask']>,
    seed: number,
    base: GenerateRequest['base'] = null,
    { reference = NO_REFERENCE, signal = new AbortController().signal, onProgress = (_: number) => {} } = {},
  ): Promise<Take[]> {
    const takes: Take[] = [];
    await writeTakes(
      { model, reference },
      {
        projectId: 'p',
        ask: { ...NEW_ASK, bars: BARS, takes: 1, bestOf: 1, ...ask },
        bars: new Array(BARS).fill(emotion),
        seed,
        base,
      },
      hear,
      { signal, progress: ({ part }) => onProgress(part), take: (take) => takes.push(take) },
    );
    return takes;
  }
  const base = (renew: readonly Element[] = ELEMENTS) => ({
    clipId: 'a',
    piece: original,
    renew: [...renew],
    fromBar: 2,
    toBar: 4,
  });

  it('are the best of as many as are asked for, and what is around them stays bit for bit', async () => {
    const [take] = await write({ bestOf: 4 }, 17, base());
    const { candidates, winner } = take.choice!;
    expect(candidates.map(({ seed }) => seed)).toEqual([0, 1, 2, 3].map((i) => candidateSeed(17, i)));
    expect(candidates[winner].cost).toBe(Math.min(...candidates.map(({ cost }) => cost)));
    for (const [from, to] of [
      [0, 2],
      [4, BARS],
    ])
      expect(notesInBars(take.piece, from, to)).toEqual(notesInBars(original, from, to));
    expect(take.piece.pedal).toEqual(original.pedal);
    expect(notesInBars(take.piece, 2, 4)).not.toEqual(notesInBars(original, 2, 4));
  });

  it('come again from the same seed, and a candidate from its own', async () => {
    const [a] = await write({ bestOf: 3 }, 17, base());
    const [b] = await write({ bestOf: 3 }, 17, base());
    expect(b).toEqual(a);
    const { candidates, winner } = a.choice!;
    const [alone] = await write({ bestOf: 1 }, candidates[winner].seed, base());
    expect(alone.piece).toEqual(a.piece);
    expect(alone.choice).toBeUndefined();
  });

  it('are nearer to what was asked, in emotion and key, than the first candidate', async () => {
    let [first, chosen] = [0, 0];
    for (let seed = 0; seed < 16; seed++) {
      const { candidates, winner } = (await write({ bestOf: 4 }, seed, base()))[0].choice!;
      // Of a tiny model keys differ most, so that emotion alone would be left to chance.
      const away = ({ costs }: (typeof candidates)[number]) => costs.emotion + costs.key;
      first += away(candidates[0]);
      chosen += away(candidates[winner]);
    }
    expect(chosen).toBeLessThan(0.8 * first);
  });

  it('are replaced where they copy a training clip', async () => {
    const [copied] = await write({}, 18, base());
    expect(notesInBars(copied.piece, 2, 4).length).toBeGreaterThan(16);
    const runs = CopyIndex.of([pieceToWords(cutPiece(copied.piece, 2, 4))]);
    const reference: Reference = { real: null, runs };
    const [take] = await write({ bestOf: 2 }, 18, base(), { reference });
    const { candidates, winner } = take.choice!;
    expect(candidates[0].rejected).toBe(true);
    expect(candidates.length).toBeGreaterThan(2);
    expect(winner).toBeGreaterThan(0);
  });

  it('are not called copies for notes that were there before', async () => {
    const reference: Reference = { real: null, runs: CopyIndex.of([pieceToWords(original)]) };
    const [take] = await write({ bestOf: 2 }, 17, base(['velocity']), { reference });
    expect(take.choice!.candidates.map(({ rejected }) => rejected)).toEqual([false, false]);
    const places = ({ step, pitch, duration }: Piece['notes'][number]) => [step, pitch, duration];
    expect(take.piece.notes.map(places)).toEqual(original.notes.map(places));
  });

  it('tell how far they are, and stop when they are cancelled', async () => {
    const controller = new AbortController();
    const parts: number[] = [];
    const writing = write({ bestOf: 4 }, 17, base(), {
      signal: controller.signal,
      onProgress: (part) => {
        parts.push(part);
        controller.abort();
      },
    });
    await expect(writing).rejects.toThrow('stopped');
    expect(parts.length).toBeGreaterThan(0);
    for (const part of parts) expect(part).toBeLessThan(1);
  });
});
