import { beforeAll, describe, expect, it } from 'vitest';
import { createSimdEngine } from '../../../src/model/engines/simd/engine.ts';
import { alignWords } from '../../../src/model/muser/align-words.ts';
import { settleHarmony } from '../../../src/model/muser/harmony-transfer.ts';
import { Muser } from '../../../src/model/muser/muser.ts';
import { rewrite } from '../../../src/model/muser/rewrite.ts';
import { splitBars } from '../../../src/model/muser/script.ts';
import { transfer } from '../../../src/model/muser/transfer.ts';
import type { TransferJob } from '../../../src/model/muser/transfer-job.ts';
import { indexBars } from '../../../src/model/tokens/bars.ts';
import { chordLine, layOver } from '../../../src/model/tokens/chord-line.ts';
import { wordsToPiece } from '../../../src/model/tokens/decode.ts';
import { checkWords } from '../../../src/model/tokens/grammar.ts';
import { repeatBars } from '../../../src/model/tokens/repeat-bars.ts';
import { soundingClasses } from '../../../src/model/tokens/sounding-classes.ts';
import {
  ELEMENTS,
  type Element,
  TYPE,
  TYPE_NOTE,
  WORD_WIDTH,
  type Words,
} from '../../../src/model/tokens/vocabulary.ts';
import { goldenWeights } from '../helpers/golden.ts';
import { randomWords } from '../helpers/pieces.ts';

const models: Record<string, Muser> = {};
const a = randomWords(1, 6);
const b = randomWords(2, 4);

beforeAll(async () => {
  for (const name of ['affetto', 'muser-paper']) {
    const weights = await goldenWeights(name);
    models[name] = new Muser(weights, await createSimdEngine(weights));
  }
});

const job = (take: readonly Element[], change: Partial<TransferJob> = {}): TransferJob => ({
  words: a,
  sources: Object.fromEntries(take.map((e) => [e, { words: b, amount: 1 }])),
  mode: 'minor',
  emotion: { valence: 0, arousal: 0 },
  seed: 1,
  keep: true,
  ...change,
});

const column = (words: Words, element: Element): number[] => {
  const c = ELEMENTS.indexOf(element);
  return Array.from({ length: words.length / WORD_WIDTH }, (_, i) => words[i * WORD_WIDTH + c]);
};

describe.each(['affetto', 'muser-paper'])('transfer with %s', (name) => {
  it.each<[Element[]]>([[['velocity', 'duration']], [['pitch']], [['tempo']]])(
    'of %j keeps every other element word for word',
    async (take) => {
      const [words] = await transfer(models[name], [job(take)]);
      expect(checkWords(words)).toBeNull();
      for (const e of ELEMENTS) if (!take.includes(e)) expect(column(words, e), e).toEqual(column(a, e));
      expect(take.some((e) => `${column(words, e)}` !== `${column(a, e)}`)).toBe(true);
    },
  );

  it('of chords brings them all, moves the notes with them and keeps all else word for word', async () => {
    const [words] = await transfer(models[name], [job(['chord'])]);
    expect(checkWords(words)).toBeNull();
    expect(chordLine(words)).toEqual(layOver(chordLine(b), [4, 4, 4, 4, 4, 4]));
    for (const e of ELEMENTS)
      if (e !== 'chord' && e !== 'pitch') expect(column(words, e), e).toEqual(column(a, e));
    expect(column(words, 'pitch')).not.toEqual(column(a, 'pitch'));
  });

  it('of nothing is the piece itself', async () => {
    const [words] = await transfer(models[name], [job([])]);
    expect([...words]).toEqual([...a]);
  });

  it('of the rhythm keeps bars, chords and tempo', async () => {
    const [words] = await transfer(models[name], [job(['type', 'barBeat'])]);
    expect(checkWords(words)).toBeNull();
    const inForce = (w: Words) => splitBars(w).map(({ chords, tempos }) => [chords, tempos]);
    expect(inForce(words)).toEqual(inForce(a));
  });

  it('decodes freely where nothing is kept, with the bars of the piece', async () => {
    const threes = randomWords(3, 3, 3);
    const [words, other] = await transfer(models[name], [
      job(['pitch'], { keep: false }),
      job([], { keep: false, words: threes }),
    ]);
    expect(checkWords(words)).toBeNull();
    expect(indexBars(words).beats).toEqual([4, 4, 4, 4, 4, 4]);
    expect(indexBars(other).beats).toEqual([3, 3, 3]);
  });
});

describe('harmony', () => {
  const own = chordLine(a).flat();
  const others = layOver(chordLine(b), [4, 4, 4, 4, 4, 4]).flat();
  const from = (take: Partial<Record<Element, number>>, mode: 'major' | 'minor' = 'major') =>
    Object.fromEntries(Object.entries(take).map(([e, amount]) => [e, { words: b, amount, mode }]));

  it('of taken chords grows chord by chord, and the mode follows when half of them are there', () => {
    const at = (amount: number) => settleHarmony(job([], { sources: from({ chord: amount }) }));
    const taken = [0.25, 0.5, 0.75, 1].map(
      (amount) =>
        chordLine(at(amount).words)
          .flat()
          .filter((chord, beat) => chord !== own[beat]).length,
    );
    expect(taken.every((count, i) => count > (taken[i - 1] ?? 0))).toBe(true);
    expect([0.25, 0.5, 1].map((amount) => at(amount).mode)).toEqual(['minor', 'major', 'major']);
  });

  it('moves taken pitches onto the chords that are there', () => {
    const moved = settleHarmony(job([], { sources: from({ pitch: 1 }) }));
    expect([...moved.words]).toEqual([...a]);
    expect(chordLine(moved.sources.pitch!.words).flat()).toEqual(own);
    const both = settleHarmony(job([], { sources: from({ pitch: 1, chord: 1 }) }));
    expect(chordLine(both.words).flat()).toEqual(others);
    // Chords and pitches of one piece: its very notes.
    expect([...both.sources.pitch!.words]).toEqual([...repeatBars(b, 6)]);
  });

  it('of a taken rhythm keeps to what sounds in the beat', async () => {
    const [words] = await transfer(models.affetto, [job(['type', 'barBeat'])]);
    const classes = soundingClasses(a).flat();
    const notes = wordsToPiece(words, { tonic: 0, mode: 'minor' }).notes;
    const fits = notes.filter(({ step, pitch }) => classes[Math.floor(step / 4)][pitch % 12] === 1);
    expect(fits.length / notes.length).toBeGreaterThan(0.9);
  });
});

describe('transfer by degrees', () => {
  it('of amount 0 changes nothing', async () => {
    const sources = { velocity: { words: b, amount: 0 } };
    const [words] = await transfer(models.affetto, [job([], { sources })]);
    expect([...words]).toEqual([...a]);
  });

  it('refuses amounts out of range', async () => {
    const sources = { velocity: { words: b, amount: 1.5 } };
    await expect(transfer(models.affetto, [job([], { sources })])).rejects.toThrow('velocity');
  });
});

describe('lock and re-roll', () => {
  const ask = {
    words: a,
    fromBar: 2,
    toBar: 4,
    mode: 'major' as const,
    emotion: [{ valence: 1, arousal: 1 }],
  };

  it('changes the named elements of the named bars only', async () => {
    const [{ words }] = await rewrite(
      models.affetto,
      { ...ask, renew: new Set<Element>(['pitch', 'velocity']) },
      [7],
    );
    const { starts } = indexBars(a);
    expect(words.length).toBe(a.length);
    for (let i = 0; i < a.length / WORD_WIDTH; i++)
      for (const e of ELEMENTS) {
        const at = i * WORD_WIDTH + ELEMENTS.indexOf(e);
        const renewed = i >= starts[2] && i < starts[4] && (e === 'pitch' || e === 'velocity');
        if (!renewed) expect(words[at]).toBe(a[at]);
      }
    expect([...words]).not.toEqual([...a]);
  });

  it('can write whole bars anew, a take a seed', async () => {
    const takes = await rewrite(models.affetto, { ...ask, renew: new Set(ELEMENTS) }, [1, 2]);
    for (const { words } of takes) {
      expect(checkWords(words, { beatsPerBar: 4 })).toBeNull();
      expect(indexBars(words).starts).toHaveLength(6);
    }
    expect([...takes[0].words]).not.toEqual([...takes[1].words]);
  });

  it('refuses bars that are not there', async () => {
    await expect(rewrite(models.affetto, { ...ask, toBar: 9, renew: new Set() }, [1])).rejects.toThrow(
      'bars',
    );
  });
});

describe('pairs of words', () => {
  const pairs = alignWords(a, b);

  it('are of one type and one bar', () => {
    const [barsA, barsB] = [indexBars(a).starts, indexBars(b).starts];
    const barOf = (starts: number[], i: number) => starts.filter((start) => start <= i).length - 1;
    pairs.forEach((j, i) => {
      if (j < 0) return;
      expect(b[j * WORD_WIDTH + TYPE]).toBe(a[i * WORD_WIDTH + TYPE]);
      expect(barOf(barsB, j)).toBe(barOf(barsA, i) % 4);
    });
  });

  it('of a piece with itself are the identity', () => {
    expect(alignWords(a, a)).toEqual(Array.from({ length: a.length / WORD_WIDTH }, (_, i) => i));
  });

  it('find a partner for every note whose bar has notes', () => {
    const missing = pairs.filter((j, i) => j < 0 && a[i * WORD_WIDTH + TYPE] === TYPE_NOTE);
    expect(missing).toHaveLength(0);
  });
});
