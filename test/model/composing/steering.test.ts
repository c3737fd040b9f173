import { beforeAll, describe, expect, it } from 'vitest';
import type { MusicModel } from '../../../src/model/composing/music-model.ts';
import { type Conditions, checkConditions } from '../../../src/model/muser/conditions.ts';
import { keyOfChords, type Steering } from '../../../src/model/muser/steering.ts';
import { chordTones, parseProgression } from '../../../src/model/music/parse-chord.ts';
import type { Piece } from '../../../src/model/music/piece.ts';
import { checkWords } from '../../../src/model/tokens/grammar.ts';
import { ELEMENTS, type Element } from '../../../src/model/tokens/vocabulary.ts';
import { type ModelName, musicModel } from '../helpers/music-models.ts';

const NAMES = ['affetto', 'muser-paper', 'generator'] as const;
const models = {} as Record<ModelName, MusicModel>;
beforeAll(async () => {
  for (const name of NAMES) models[name] = await musicModel(name);
});

const BARS = 8;
const emotion = { valence: 0.4, arousal: 0.6 };
async function write(name: ModelName, steering: Steering, more: Partial<Conditions> = {}): Promise<Piece[]> {
  const takes = await models[name].write({ emotion, ...more, bars: BARS, steering }, [3, 4, 5]);
  for (const take of takes) expect(checkWords(take.words)).toBeNull();
  return takes.map((take) => take.piece);
}

/** Most notes of a piece that sound at one step; a note struck again ends the one before. */
function voices({ notes }: Piece): number {
  const cut = notes.map((note, i) => {
    const again = notes.find((other, j) => j > i && other.pitch === note.pitch);
    return {
      start: note.step,
      end: Math.min(note.step + note.duration, again?.step ?? Number.POSITIVE_INFINITY),
    };
  });
  return Math.max(0, ...cut.map(({ start }) => cut.filter((n) => n.start <= start && n.end > start).length));
}

describe.each(NAMES)('steering of %s', (name) => {
  it('keeps the range', async () => {
    for (const key of [undefined, { tonic: 6, mode: 'minor' } as const])
      for (const piece of await write(name, { low: 60, high: 64 }, { key })) {
        expect(piece.notes.length).toBeGreaterThan(0);
        expect(piece.notes.every(({ pitch }) => pitch >= 60 && pitch <= 64)).toBe(true);
      }
  });

  it.each([1, 2, 5])('lets at most %i notes sound at once', async (polyphony) => {
    for (const piece of await write(name, { polyphony }))
      expect(voices(piece)).toBeLessThanOrEqual(polyphony);
  });

  it('follows a progression, and sounds each chord where it begins', async () => {
    const chords = parseProgression('Am F | C G');
    for (const piece of await write(name, { chords })) {
      expect(piece.key).toEqual({ tonic: 9, mode: 'minor' });
      expect(piece.chords.map(({ beat, chord }) => [beat, chord?.root])).toEqual(
        Array.from({ length: 16 }, (_, i) => [2 * i, [9, 5, 0, 7][i % 4]]),
      );
      for (const { beat, chord } of piece.chords)
        for (const { step, pitch } of piece.notes)
          if (step === 4 * beat) expect(chordTones(chord!)).toContain(pitch % 12);
    }
  });

  it.each([
    ['everything', ELEMENTS],
    ['pitches alone', ['pitch'] as Element[]],
  ] as const)('keeps to the limits where bars are written anew: %s', async (_, renew) => {
    const [{ piece }] = await models[name].write({ emotion, bars: BARS }, [3]);
    const steering = { low: 55, high: 74, chords: parseProgression('Am F C G') };
    const job = { piece, first: 0, last: BARS, fromBar: 2, toBar: 6, emotion: [emotion], steering };
    const [{ piece: written }] = await models[name].renew({ ...job, renew: new Set(renew) }, [5]);
    const inside = ({ step }: { step: number }): boolean => step >= 32 && step < 96;
    const { notes } = written;
    const kept = (all: Piece['notes']) =>
      all.filter((note) => !inside(note)).map(({ step, pitch, velocity }) => [step, pitch, velocity]);
    expect(kept(notes)).toEqual(kept(piece.notes));
    const renewed = notes.filter(inside);
    expect(renewed.length).toBeGreaterThan(0);
    expect(renewed.filter(({ pitch }) => pitch < 55 || pitch > 74)).toEqual([]);
  });

  it('is as dense as asked', async () => {
    const notes = async (density: number): Promise<number> =>
      (await write(name, { density })).reduce((sum, piece) => sum + piece.notes.length, 0);
    const [sparse, middle, dense] = [await notes(0), await notes(0.6), await notes(1)];
    // Half a note a beat at most once more a bar, ten a beat at least 70 of 100: three takes of 32 beats.
    expect(sparse).toBeLessThan(3 * 32 * 1.1);
    expect(middle).toBeGreaterThan(sparse);
    expect(dense).toBeGreaterThan(3 * 32 * 6);
    expect(dense).toBeGreaterThan(middle);
  });

  it('keeps everything at once, in any metre', async () => {
    const steering = { chords: parseProgression('C F G'), low: 48, high: 72, polyphony: 3, density: 0.5 };
    for (const piece of await write(name, steering, { beatsPerBar: 3, bpm: 90 })) {
      expect(voices(piece)).toBeLessThanOrEqual(3);
      expect(piece.notes.every(({ pitch }) => pitch >= 48 && pitch <= 72)).toBe(true);
      expect(piece.chords.every(({ beat }) => beat % 3 === 0)).toBe(true);
    }
  });
});

describe('steering that nothing can keep', () => {
  const check = (steering: Steering, beatsPerBar = 4) =>
    checkConditions({ emotion, bars: 4, steering, beatsPerBar });
  const chords = parseProgression('Am');

  it('says what is impossible', () => {
    expect(() => check({ low: 62, high: 63, chords })).toThrow(/no note of Am lies between D4 and D#4/);
    expect(() => check({ low: 64, high: 60 })).toThrow(/E4\) lies above the highest \(C4/);
    expect(() => check({ low: -1 })).toThrow(/0 to 127/);
    expect(() => check({ polyphony: 0 })).toThrow(/polyphony must be 1 to 64/);
    expect(() => check({ density: 1.1 })).toThrow(/density must be 0 to 1/);
    expect(() => check({ chords: [] })).toThrow(/at least one chord/);
    expect(() =>
      check({ chords: [parseProgression('C F G')[0].concat(parseProgression('G F')[0])] }, 1),
    ).toThrow(/can hold 1 to 1 chords, not 2/);
    check({ low: 60, high: 60, chords: parseProgression('C Am F') });
  });

  it('refuses a range outside what the model plays', async () => {
    await expect(models.affetto.write({ emotion, bars: 1, steering: { low: 120 } }, [1])).rejects.toThrow(
      /the model plays .* in this key, not C9 to G9/,
    );
  });
});

it('the key is that of the chords', () => {
  const key = (text: string) => keyOfChords(parseProgression(text));
  expect(key('C F G C')).toEqual({ tonic: 0, mode: 'major' });
  expect(key('Am F C G')).toEqual({ tonic: 9, mode: 'minor' });
  expect(key('Eb Ab Bb7 Eb')).toEqual({ tonic: 3, mode: 'major' });
});
