import { describe, expect, it } from 'vitest';
import { clipFigures } from '../../../src/model/choosing/clip-figures.ts';
import { aimFor, checkChoosing, LIKENESS } from '../../../src/model/choosing/real-clips.ts';
import { readReference } from '../../../src/model/choosing/reference.ts';
import { type Corners, cornerWeights } from '../../../src/model/emotion/corners.ts';
import { createSimdEngine } from '../../../src/model/engines/simd/engine.ts';
import { characterOf } from '../../../src/model/muser/character.ts';
import { generate } from '../../../src/model/muser/generate.ts';
import {
  AXES,
  Leaning,
  type LeaningFile,
  type Leans,
  readLeaning,
} from '../../../src/model/muser/leaning.ts';
import { Muser } from '../../../src/model/muser/muser.ts';
import { goldenWeights } from '../helpers/golden.ts';
import { shipped, shippedMuser } from '../helpers/shipped.ts';

const points = [
  { valence: 0.7, arousal: 0.6 },
  { valence: -0.7, arousal: 0.6 },
  { valence: -0.7, arousal: -0.35 },
  { valence: 0.7, arousal: -0.5 },
] as const;

describe('between the corners', () => {
  it('each corner is itself, and weights add up to 1 everywhere', () => {
    points.forEach((point, i) => {
      expect(cornerWeights(points, point)[i]).toBeCloseTo(1, 12);
    });
    for (const valence of [-1, -0.2, 0, 0.9])
      for (const arousal of [-1, -0.4, 0.3, 1]) {
        const weights = cornerWeights(points, { valence, arousal });
        expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
        for (const weight of weights) expect(weight).toBeGreaterThanOrEqual(0);
      }
    expect(cornerWeights(points, { valence: 1, arousal: 1 })[0]).toBe(1);
  });
});

describe('leaning', async () => {
  const weights = await goldenWeights('affetto');
  const { books } = weights.config;
  const size = (name: string) => books.find((book) => book.name === name)!.size;
  const bookOf = {
    density: 'type',
    length: 'duration',
    low: 'pitchBass',
    high: 'pitchTop',
    touch: 'velocity',
    minor: 'pitchClasses',
    variety: 'pitchClasses',
    colour: 'pitchClasses',
  };
  const leaningTo = (density: number): LeaningFile => ({
    axes: Object.fromEntries(
      AXES.map((axis) => {
        const book = bookOf[axis];
        return [axis, { book, values: Array.from({ length: size(book) }, (_, code) => code % 5) }];
      }),
    ) as unknown as LeaningFile['axes'],
    corners: points.map((emotion) => ({
      emotion,
      leans: { density, length: 0, low: 0, high: 0, touch: 0, minor: 1, variety: 0, colour: 0 },
    })) as unknown as Corners<LeaningFile['corners'][0]>,
  });
  const type = books.findIndex((book) => book.name === 'type');
  const classes = books.findIndex((book) => book.name === 'pitchClasses');

  it('tilts a book along its axis; towards minor only in minor', () => {
    const leaning = new Leaning(leaningTo(2), books);
    expect([...leaning.of(type, points[1], 1)!.subarray(0, 6)]).toEqual([0, 2, 4, 6, 8, 0]);
    expect(leaning.of(classes, points[1], 1)).toBeNull();
    expect(leaning.of(classes, points[1], 2)![3]).toBe(3);
    expect(new Leaning(leaningTo(0), books).of(type, points[0], 1)).toBeNull();
  });

  it('gives each take a character of its own where a corner has a spread', () => {
    const file = leaningTo(2);
    const corners = file.corners.map((c) => ({ ...c, spread: { density: 0.5 } }));
    const leaning = new Leaning({ ...file, corners: corners as unknown as LeaningFile['corners'] }, books);
    const strength = (seed: number) => leaning.of(type, points[0], 1, characterOf(seed))![1];
    const strengths = Array.from({ length: 400 }, (_, seed) => strength(seed));
    const mean = strengths.reduce((a, b) => a + b) / strengths.length;
    const spread = Math.sqrt(strengths.reduce((sum, s) => sum + (s - mean) ** 2, 0) / strengths.length);
    expect(mean).toBeCloseTo(2, 0);
    expect(spread).toBeGreaterThan(0.4);
    expect(spread).toBeLessThan(0.6);
    expect(strength(7)).toBe(strength(7));
    expect(leaning.of(type, points[0], 1)![1]).toBe(2);
    expect(new Leaning(file, books).of(type, points[0], 1, characterOf(7))![1]).toBe(2);
  });

  it('leans otherwise where music has no end', () => {
    const file = leaningTo(2);
    const corners = file.corners.map((corner) => ({ ...corner, endless: { density: -0.5 } }));
    const leaning = new Leaning({ ...file, corners: corners as unknown as LeaningFile['corners'] }, books);
    expect(leaning.of(type, points[0], 1)![1]).toBe(1.5);
    expect(leaning.of(type, points[0], 1, characterOf(7))![1]).toBe(2);
  });

  it('keeps to where the music has been, where a corner asks for it', () => {
    const file = leaningTo(0);
    const corners = file.corners.map((corner) => ({ ...corner, leans: { ...corner.leans, keep: 2 } }));
    const leaning = new Leaning({ ...file, corners: corners as unknown as LeaningFile['corners'] }, books);
    const top = books.findIndex((book) => book.name === 'pitchTop');
    const codes = (code: number) => books.map(() => code);
    const reach = leaning.reachWith(codes(1), leaning.reachWith(codes(2), null));
    expect(reach).toEqual({ low: 2, high: 2 });
    expect([...leaning.of(top, points[0], 1, null, reach)!.subarray(0, 6)]).toEqual([0, 0, 0, -2, -4, 0]);
    expect(leaning.of(top, points[0], 1)).toBeNull();
    expect(leaning.of(type, points[0], 1, null, reach)).toBeNull();
  });

  it('leans to habits as to axes: by corner, by take, and otherwise where music has no end', () => {
    const file = leaningTo(0);
    const corners = file.corners.map((corner, i) => ({
      ...corner,
      leans: { ...corner.leans, returns: i },
      spread: { returns: 0.5 },
      endless: { returns: -1 },
    }));
    const leaning = new Leaning({ ...file, corners: corners as unknown as LeaningFile['corners'] }, books);
    expect(points.map((point) => leaning.ofHabit('returns', point))).toEqual([-1, 0, 1, 2]);
    expect(leaning.ofHabit('returns', points[3], characterOf(7))).toBeCloseTo(
      3 + 0.5 * characterOf(7).returns,
    );
    expect(leaning.ofHabit('scale', points[3], characterOf(7))).toBe(0);
  });

  it('changes what is written, and nothing where it leans to nothing', async () => {
    const engine = await createSimdEngine(weights);
    const write = async (leaning: Leaning | null) =>
      (await generate(new Muser(weights, engine, leaning), { emotion: points[2], bars: 3 }, { seed: 4 }))[0]
        .words;
    const flat = {
      ...leaningTo(0),
      corners: leaningTo(0).corners.map((c) => ({ ...c, leans: { ...c.leans, minor: 0 } })),
    };
    const plain = await write(null);
    expect(await write(new Leaning(flat as unknown as LeaningFile, books))).toEqual(plain);
    expect(await write(new Leaning(leaningTo(3), books))).not.toEqual(plain);
  });

  it('refuses a file of other books', () => {
    const file = leaningTo(1);
    const short = { ...file, axes: { ...file.axes, touch: { book: 'velocity', values: [1, 2] } } };
    expect(() => new Leaning(short, books)).toThrow(/touch/);
    expect(() => readLeaning(new TextEncoder().encode('{'), books)).toThrow(/damaged/);
    expect(readLeaning(null, books)).toBeNull();
  });
});

describe('habits, heard', () => {
  const emotion = { valence: -0.57, arousal: -0.42 };
  /** Figures of takes of the shipped model that leans to nothing but this. */
  const figures = async (leans: Partial<Leans>) => {
    const file = JSON.parse(shipped('leaning.json').toString('utf8')) as LeaningFile;
    const only = Object.fromEntries(AXES.map((axis) => [axis, leans[axis] ?? 0]));
    const corners = file.corners.map(({ emotion }) => ({ emotion, leans: { ...only, ...leans } }));
    const muser = await shippedMuser({ ...file, corners } as unknown as LeaningFile);
    const takes = await generate(muser, { emotion, bars: 8 }, { takes: 24, seed: 700 });
    const all = takes.map(({ words, piece }) => clipFigures(words, piece));
    const mean = (of: 'NPC' | 'PR' | 'repetition') => all.reduce((sum, f) => sum + f[of], 0) / all.length;
    const sevens = all.filter(({ NPC }) => NPC === 7).length;
    return { sevens, range: mean('PR'), repetition: mean('repetition') };
  };

  it('brings the scale and little else, stays where it is, and returns as often as it is told to', async () => {
    const plain = await figures({});
    expect((await figures({ scale: 2 })).sevens).toBeGreaterThan(1.4 * plain.sevens);
    expect((await figures({ keep: 4 })).range).toBeLessThan(0.95 * plain.range);
    expect((await figures({ returns: 2 })).repetition).toBeGreaterThan(1.2 * plain.repetition);
    expect((await figures({ returns: -2 })).repetition).toBeLessThan(0.9 * plain.repetition);
  }, 240_000);
});

describe('what ships with affetto', () => {
  const { real, runs } = readReference(shipped('choosing.json'), shipped('training-runs.bin'));

  it('knows what is usual for an emotion, between the quadrants as well', () => {
    const density = LIKENESS.indexOf('notesPerBar');
    const mean = (valence: number, arousal: number) =>
      aimFor(real!, { valence, arousal }).likeness[density].mean;
    const [, q2, q3] = real!.corners.map(({ emotion }) => emotion);
    // Logarithms.
    expect(mean(-1, 1)).toBeGreaterThan(mean(-1, -1) + Math.log(1.5));
    expect(mean(-1, (q2.arousal + q3.arousal) / 2)).toBeCloseTo((mean(-1, 1) + mean(-1, -1)) / 2, 6);
    expect(() => checkChoosing({ figures: LIKENESS, corners: [] } as never, 'choosing.json')).toThrow(
      /again/,
    );
    expect(runs!.size).toBeGreaterThan(0);
  });
});
