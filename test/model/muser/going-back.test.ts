import { beforeAll, describe, expect, it } from 'vitest';
import { createReferenceEngine } from '../../../src/model/engines/reference/engine.ts';
import { createSimdEngine } from '../../../src/model/engines/simd/engine.ts';
import type { Emotion } from '../../../src/model/muser/emotion-embedding.ts';
import type { Leaning, Reach } from '../../../src/model/muser/leaning.ts';
import { Muser } from '../../../src/model/muser/muser.ts';
import type { LanePlan } from '../../../src/model/muser/plan.ts';
import type { Session } from '../../../src/model/muser/session.ts';
import { STEPS_PER_BEAT } from '../../../src/model/music/piece.ts';
import {
  BAR_BEAT,
  FIRST_POSITION,
  TYPE,
  TYPE_METRICAL,
  WORD_WIDTH,
  type Words,
} from '../../../src/model/tokens/vocabulary.ts';
import type { ModelConfig } from '../../../src/model/weights/config.ts';
import { goldenWeights } from '../helpers/golden.ts';

const happy: Emotion = { valence: 0.8, arousal: 0.7 };
const sad: Emotion = { valence: -0.8, arousal: -0.7 };
const musers: Record<string, Muser> = {};

beforeAll(async () => {
  for (const name of ['affetto', 'muser-paper']) {
    const weights = await goldenWeights(name);
    musers[`${name} on simd`] = new Muser(weights, await createSimdEngine(weights));
    musers[`${name} that leans`] = new Muser(
      weights,
      await createSimdEngine(weights),
      leaning(weights.config),
    );
    musers[`${name} on reference`] = new Muser(weights, createReferenceEngine(weights));
  }
});

/** Leans strongly, to other codes for another emotion, and to others again for where the music has been. */
const leaning = ({ books }: ModelConfig) =>
  ({
    of: (book: number, { valence }: Emotion, _mode: number, _character: unknown, reach: Reach | null) =>
      Float32Array.from(
        { length: books[book].size },
        (_, code) => valence * Math.sin(code * (book + 2) + (reach?.low ?? 0)) * 3,
      ),
    ofHabit: (_habit: string, { valence }: Emotion) => 2 * valence,
    reachWith: (codes: readonly number[], before: Reach | null) => ({
      low: Math.max(before?.low ?? 0, codes[0] % 7),
      high: 0,
    }),
  }) as unknown as Leaning;

const plan = (change: Partial<LanePlan> = {}): LanePlan => ({
  seed: 3,
  mode: 1,
  bars: null,
  ends: false,
  beatsOf: () => 4,
  emotionOf: () => happy,
  ...change,
});

const hex = (words: Words | null): string => Buffer.from(words ?? []).toString('hex');
async function write(session: Session, bars: number): Promise<string[]> {
  const written: string[] = [];
  for (let i = 0; i < bars; i++) written.push((await session.nextBar()).map(hex).join(' '));
  return written;
}

describe.each(['affetto on simd', 'affetto on reference', 'muser-paper on simd'])(
  'going back with %s',
  (name) => {
    it('gives the very same words again where nothing has changed', async () => {
      const session = musers[name].open([plan(), plan({ seed: 4 })], { remembers: 4 });
      const all = await write(session, 6);
      expect(session.back(3)).toBe(true);
      expect(await write(session, 3)).toEqual(all.slice(3));
      for (const bar of [5, 4, 2]) {
        session.back(bar);
        session.changed(0);
        session.changed(1);
        expect(await write(session, 1)).toEqual([all[bar]]);
      }
      session.dispose();
    });

    it('forgets bars that lie further back than it was asked to remember', async () => {
      const session = musers[name].open([plan()], { remembers: 2 });
      await write(session, 5);
      expect(session.back(2)).toBe(false);
      expect(session.back(6)).toBe(false);
      expect(session.bar).toBe(5);
      expect(session.back(3)).toBe(true);
      expect(session.back(4)).toBe(false);
      session.dispose();
    });
  },
);

describe.each(['affetto on simd', 'affetto that leans'])('an emotion that moves %s', (name) => {
  /** Six bars; then back to `bar`, from which (and from which beat) the music is sad. */
  async function turned(bar: number, beat = 0) {
    const none = { bar: Number.POSITIVE_INFINITY, beat: 0 };
    let turn = none;
    const emotionOf = (b: number, at = 0) =>
      b > turn.bar || (b === turn.bar && at >= turn.beat) ? sad : happy;
    const session = musers[name].open([plan({ emotionOf })], { remembers: 6 });
    const before = await write(session, 6);
    turn = { bar, beat };
    session.back(bar);
    session.changed(0);
    const after = [...before.slice(0, bar), ...(await write(session, 6 - bar))];
    turn = none;
    session.back(bar);
    session.changed(0);
    expect(await write(session, 6 - bar)).toEqual(before.slice(bar));
    session.dispose();
    return { before, after };
  }

  it.each([0, 1, 3, 5])('at bar %i is heard from there on, and not before', async (bar) => {
    const { before, after } = await turned(bar);
    expect(after.slice(0, bar)).toEqual(before.slice(0, bar));
    expect(after.slice(bar)).not.toEqual(before.slice(bar));
  });

  it.each([1, 2, 3])(
    'within a bar at beat %i leaves the words before that beat as they were',
    async (beat) => {
      const { before, after } = await turned(2, beat);
      expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
      const [old, fresh] = [before[2], after[2]];
      const kept = beatStart(old, beat);
      expect(kept).toBeGreaterThan(0);
      expect(fresh.slice(0, kept)).toBe(old.slice(0, kept));
      expect(after.slice(2).join()).not.toBe(before.slice(2).join());
    },
  );
});

describe('guidance that moves', () => {
  const open = (guidanceOf?: LanePlan['guidanceOf'], strength = 1) =>
    musers['affetto on simd'].open([plan({ guidanceOf })], {
      remembers: 6,
      priorGuidance: strength,
      decoderGuidance: strength,
    });
  const both = (strength: number) => ({ prior: strength, decoder: strength });

  it('is, where it stays, the guidance of the settings', async () => {
    for (const strength of [1, 2])
      expect(
        await write(
          open(() => both(strength)),
          3,
        ),
      ).toEqual(await write(open(undefined, strength), 3));
  });

  it('is felt from its bar on, and can be gone back on', async () => {
    let turn = Number.POSITIVE_INFINITY;
    const session = open((bar) => both(bar >= turn ? 3 : 1));
    const plain = await write(session, 5);
    turn = 2;
    session.back(2);
    session.changed(0);
    const guided = await write(session, 3);
    expect(guided).not.toEqual(plain.slice(2));
    session.back(3);
    expect(await write(session, 2)).toEqual(guided.slice(1));
    turn = Number.POSITIVE_INFINITY;
    session.back(2);
    session.changed(0);
    expect(await write(session, 3)).toEqual(plain.slice(2));
  });
});

/** Where the word that opens a beat of a bar begins, in hex digits. */
function beatStart(bar: string, beat: number): number {
  const words = bar.match(/.{14}/g)!.map((word) => Buffer.from(word, 'hex'));
  const opens = (word: Buffer): boolean =>
    word[TYPE] === TYPE_METRICAL && word[BAR_BEAT] === FIRST_POSITION + beat * STEPS_PER_BEAT;
  return words.findIndex(opens) * 2 * WORD_WIDTH;
}
