import { beforeAll, describe, expect, it } from 'vitest';
import type {
  MusicModel,
  RenewJob,
  StreamedBar,
  TransferPiece,
} from '../../../src/model/composing/music-model.ts';
import type { Piece, PieceNote } from '../../../src/model/music/piece.ts';
import { pieceToWords } from '../../../src/model/tokens/encode.ts';
import { checkWords } from '../../../src/model/tokens/grammar.ts';
import { ELEMENTS, type Element } from '../../../src/model/tokens/vocabulary.ts';
import { musicModel } from '../helpers/music-models.ts';

const emotion = { valence: 0.4, arousal: -0.3 };
const BARS = 6;

describe.each(['affetto', 'generator'] as const)('what the app asks of %s', (name) => {
  let model: MusicModel;
  let [a, b]: Piece[] = [];
  beforeAll(async () => {
    model = await musicModel(name);
    [a, b] = (await model.write({ emotion, bars: BARS }, [3, 4])).map(({ piece }) => piece);
  });

  it('takes of exactly the bars asked for, the same alone and beside others, and bar by bar', async () => {
    const [take] = await model.write({ emotion, bars: BARS }, [4]);
    expect(take.piece).toEqual(b);
    expect(take.piece.barBeats).toEqual(new Array(BARS).fill(4));
    expect(checkWords(take.words)).toBeNull();
    const bars: StreamedBar[] = [];
    for await (const [bar] of model.stream({ emotion, bars: BARS }, [4])) bars.push(bar!);
    const places = (notes: readonly Pick<PieceNote, 'step' | 'pitch'>[], from = 0) =>
      notes.map(({ step, pitch }) => [step + from, pitch]);
    expect(bars.flatMap(({ bar }, i) => places(bar.notes, 16 * i))).toEqual(places(b.notes));
    expect(bars.every(({ key }) => key.tonic === b.key.tonic)).toBe(true);
  });

  it('guidance by intensity: as the weights suggest at 1, more above, less below', () => {
    const at = (intensity: number) => model.guidanceOf(intensity);
    expect(at(2).prior).toBeGreaterThan(at(1).prior);
    expect(at(0).prior).toBeLessThan(at(1).prior);
    expect(at(0).decoder).toBeLessThan(at(2).decoder);
  });

  const job = (renew: readonly Element[]): RenewJob => ({
    piece: a,
    first: 1,
    last: 6,
    fromBar: 2,
    toBar: 4,
    renew: new Set(renew),
    emotion: [{ valence: -0.5, arousal: 0.5 }],
  });
  const inBars = (piece: Piece, from: number, to: number, offset = 0): PieceNote[] =>
    piece.notes
      .map((note) => ({ ...note, step: note.step + 16 * offset }))
      .filter(({ step }) => step >= 16 * from && step < 16 * to);
  const said = (notes: readonly PieceNote[]) =>
    notes.map(({ step, pitch, velocity }) => [step, pitch, velocity]);

  it('bars anew, each as its seed gives it alone, and the music around them', async () => {
    const parts = await model.renew(job(ELEMENTS), [7, 8]);
    expect(await model.renew(job(ELEMENTS), [8])).toEqual([parts[1]]);
    expect(said(inBars(parts[0].piece, 2, 4, 1))).not.toEqual(said(inBars(parts[1].piece, 2, 4, 1)));
    for (const { piece, fresh, likelihood } of parts) {
      expect(piece.barBeats).toHaveLength(5);
      expect(said(inBars(piece, 1, 2, 1))).toEqual(said(inBars(a, 1, 2)));
      expect(said(inBars(piece, 4, 6, 1))).toEqual(said(inBars(a, 4, 6)));
      expect(fresh.length).toBeGreaterThan(0);
      expect(Object.values(likelihood).every((value) => value < 0)).toBe(true);
    }
  });

  it('bars anew in some elements: the others stay', async () => {
    const [{ piece }] = await model.renew(job(['velocity']), [7]);
    const places = (notes: readonly PieceNote[]) => notes.map(({ step, pitch }) => [step, pitch]);
    expect(places(inBars(piece, 2, 4, 1))).toEqual(places(inBars(a, 2, 4)));
    expect(said(inBars(piece, 2, 4, 1))).not.toEqual(said(inBars(a, 2, 4)));
  });

  const transfer = (take: readonly Element[], change: Partial<TransferPiece> = {}) =>
    model.transfer({
      piece: a,
      sources: Object.fromEntries(take.map((element) => [element, { piece: b, amount: 1 }])),
      emotion,
      seed: 5,
      keep: true,
      ...change,
    });

  it('elements of another piece: what is not taken stays', async () => {
    const made = await transfer(['velocity']);
    const places = (notes: readonly PieceNote[]) => notes.map(({ step, pitch }) => [step, pitch]);
    expect(places(made.notes)).toEqual(places(a.notes));
    expect(said(made.notes)).not.toEqual(said(a.notes));
    expect(said((await transfer([])).notes)).toEqual(said(a.notes));
  });

  it('the chords of another piece: its mode, and notes that follow', async () => {
    const chordsOf = (piece: Piece) =>
      piece.chords.map(({ beat, chord }) => [beat, chord?.root, chord?.quality]);
    const made = await transfer(['chord']);
    const shift = (a.key.tonic - b.key.tonic + 12) % 12;
    const moved = b.chords.map(({ beat, chord }) => [
      beat,
      chord ? (chord.root + shift) % 12 : undefined,
      chord?.quality,
    ]);
    expect(chordsOf(made)).toEqual(moved);
    expect(made.key).toEqual({ tonic: a.key.tonic, mode: b.key.mode });
    expect(made.notes).toHaveLength(a.notes.length);
  });

  it('all of it from its codes', async () => {
    const made = await transfer([], { keep: false });
    expect(made.barBeats).toEqual(a.barBeats);
    expect(checkWords(pieceToWords(made))).toBeNull();
    await expect(transfer([], { sources: { pitch: { piece: b, amount: 2 } } })).rejects.toThrow(
      'the amount of pitch must be 0 to 1',
    );
  });

  it('where each element of a piece lies', async () => {
    const means = await model.meanSlices(a);
    expect([...means.keys()].sort()).toEqual([...ELEMENTS].sort());
    for (const values of means.values()) expect(values.every(Number.isFinite)).toBe(true);
  });
});
