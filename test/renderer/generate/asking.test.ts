import { describe, expect, test } from 'vitest';
import { steeringOfAsk } from '../../../src/contract/ask.ts';
import { type Ask, type Clip, NEW_ASK, newProject } from '../../../src/contract/document.ts';
import { parseProgression } from '../../../src/model/music/parse-chord.ts';
import type { ChordChange, Piece } from '../../../src/model/music/piece.ts';
import { problemsOf } from '../../../src/renderer/generate/ask-checks.ts';
import { askWords } from '../../../src/renderer/generate/ask-text.ts';
import {
  describeProgression,
  progressionOf,
  sameProgression,
} from '../../../src/renderer/generate/progression.ts';
import { meanTempo, resolveAsk } from '../../../src/renderer/generate/resolve-ask.ts';
import { nextSeed, renewalAgain, renewalOf, requestFor } from '../../../src/renderer/session/requests.ts';

const C_MAJOR = { tonic: 0, mode: 'major' } as const;
const maj = (root: number) => ({ root, quality: 'maj' }) as const;

function piece(bars: number, chords: ChordChange[], beats = 4, bpm = 120): Piece {
  const barBeats = Array.from({ length: bars }, () => beats);
  return { key: C_MAJOR, barBeats, notes: [], tempos: [{ beat: 0, bpm }], chords };
}
const clipOf = (id: string, music: Piece, more: Partial<Clip> = {}): Clip => ({
  id,
  name: id,
  kind: 'take',
  starred: false,
  piece: music,
  mix: {},
  ...more,
});

describe('the chords of a clip as a progression', () => {
  test('says each bar once and stops where it goes round', () => {
    const chords = [0, 1, 2, 3].flatMap((round) => [
      { beat: round * 8, chord: maj(0) },
      { beat: round * 8 + 4, chord: { root: 9, quality: 'min' as const } },
      { beat: round * 8 + 6, chord: maj(5) },
    ]);
    expect(progressionOf(piece(8, chords), 4)).toBe('C | Am F');
  });

  test('is read back as the chords at every beat, whatever the bars hold', () => {
    const names = ['C', 'F', 'C', 'G', 'Am', 'Am', 'F', 'F', 'G', 'G', 'G', 'C'];
    const chords = names.map((name, beat) => ({ beat, chord: parseProgression(name)[0][0] }));
    const text = progressionOf(piece(3, chords), 4)!;
    const bars = parseProgression(text);
    const heard = names.map((_, beat) => {
      const bar = bars[Math.floor(beat / 4)];
      return bar[Math.floor(((beat % 4) * bar.length) / 4)];
    });
    expect(heard).toEqual(chords.map(({ chord }) => chord));
  });

  test('of one bar with two chords is one bar', () => {
    const text = progressionOf(
      piece(1, [
        { beat: 0, chord: maj(0) },
        { beat: 2, chord: maj(7) },
      ]),
      4,
    )!;
    expect(parseProgression(text)).toEqual([[maj(0), maj(7)]]);
  });

  test('silence keeps the chord before, or the first one', () => {
    const chords = [
      { beat: 0, chord: null },
      { beat: 4, chord: maj(2) },
      { beat: 8, chord: null },
    ];
    expect(progressionOf(piece(3, chords), 4)).toBe('D');
    expect(progressionOf(piece(3, [{ beat: 0, chord: null }]), 4)).toBeNull();
  });

  test('fits bars of another length', () => {
    const chords = [0, 1, 2, 3].map((beat) => ({ beat, chord: maj(beat) }));
    expect(parseProgression(progressionOf(piece(1, chords), 2)!)).toEqual([[maj(0), maj(2)]]);
  });
});

describe('a typed progression', () => {
  test('tells how often it goes round, and its key', () => {
    expect(describeProgression('Am F C G', 16, null)).toBe('4 bars of chords, 4 times round · A minor');
    expect(describeProgression('C | Am F', 4, null)).toBe('2 bars of chords, twice round · C major');
    expect(describeProgression('Am F C G', 2, C_MAJOR)).toBe(
      '4 bars of chords, the first 2 bars of it · C major',
    );
  });

  test('is the same however it is written', () => {
    expect(sameProgression('Am F', 'Am | F')).toBe(true);
    expect(sameProgression('Am F', 'Am,F')).toBe(false);
    expect(sameProgression('Am F', 'what')).toBe(false);
  });

  test('is checked in words that name the chord, and the bar that is too full', () => {
    const ask: Ask = { ...NEW_ASK, chords: 'typed', progression: 'Am Hm' };
    expect(problemsOf(ask)).toEqual({ range: null, chords: expect.stringMatching(/'Hm' is no chord/) });
    expect(problemsOf({ ...ask, progression: 'Am,F,C,G,D' }).chords).toMatch(/1 to 4 chords/);
    expect(problemsOf({ ...ask, progression: '  ' }).chords).toMatch(/empty/);
    expect(problemsOf({ ...ask, progression: 'Am F' })).toEqual({ range: null, chords: null });
    expect(problemsOf({ ...ask, chords: 'free' }).chords).toBeNull();
  });

  test('and the range is checked apart from it', () => {
    const ask: Ask = { ...NEW_ASK, chords: 'typed', progression: 'Am', low: 72, high: 60 };
    expect(problemsOf(ask)).toEqual({ range: expect.stringMatching(/lies above/), chords: null });
    expect(problemsOf({ ...ask, low: 61, high: 62 })).toEqual({
      range: null,
      chords: expect.stringMatching(/no note of Am/i),
    });
  });
});

test('limits go to the model by its names; none are no steering at all', () => {
  expect(steeringOfAsk(NEW_ASK)).toBeUndefined();
  expect(steeringOfAsk({ ...NEW_ASK, progression: 'Am', chords: 'keep' })).toBeUndefined();
  expect(steeringOfAsk({ ...NEW_ASK, low: 0, voices: 3, density: 0 })).toEqual({
    low: 0,
    polyphony: 3,
    density: 0,
  });
});

describe('what is asked, with nothing left to look up', () => {
  const chords = [{ beat: 0, chord: maj(7) }];
  const context = { piece: piece(2, chords, 4, 90), dawBpm: null, rewrites: false };

  test('the chords of the clip are said, in its key', () => {
    const resolved = resolveAsk({ ...NEW_ASK, chords: 'keep' }, context);
    expect(resolved).toMatchObject({ chords: 'typed', progression: 'G', key: C_MAJOR });
    expect(resolveAsk({ ...NEW_ASK, chords: 'keep' }, { ...context, piece: null }).chords).toBe('free');
    expect(resolveAsk({ ...NEW_ASK, chords: 'keep' }, { ...context, rewrites: true }).chords).toBe('keep');
  });

  test('the tempo that is followed is a number that the model can play', () => {
    expect(meanTempo(piece(4, [], 3, 75))).toBeCloseTo(75);
    expect(resolveAsk({ ...NEW_ASK, follow: 'clip', tempo: 200 }, context)).toMatchObject({
      tempo: 90,
      follow: 'none',
    });
    expect(resolveAsk({ ...NEW_ASK, follow: 'daw' }, { ...context, dawBpm: 240 }).tempo).toBe(120);
    expect(resolveAsk({ ...NEW_ASK, follow: 'daw', tempo: 99 }, context).tempo).toBeNull();
  });

  test('is told in a few words', () => {
    const ask: Ask = {
      ...NEW_ASK,
      chords: 'typed',
      progression: 'Am F C G Am',
      key: C_MAJOR,
      tempo: 96,
      low: 48,
      high: 72,
      voices: 1,
      beatsPerBar: 3,
      ending: 'none',
    };
    expect(askWords(ask)).toEqual([
      '16 bars',
      '3/4',
      'C major',
      '96 bpm',
      'Am | F | C | G …',
      'C3 to C5',
      'one voice',
      'no ending',
    ]);
    expect(askWords(NEW_ASK)).toEqual(['16 bars']);
  });
});

describe('what is written anew', () => {
  const music = piece(8, [{ beat: 0, chord: maj(0) }]);
  const doc = { ...newProject('song'), clips: [clipOf('one', music)], currentId: 'one' };

  test('everything, unless bars are chosen or elements locked', () => {
    expect(renewalOf(doc, null)).toBeNull();
    expect(renewalOf(doc, { from: 2, to: 4 })).toMatchObject({ fromBar: 2, toBar: 4 });
    const locked = { ...doc, locks: { ...doc.locks, pitch: true } };
    expect(renewalOf(locked, null)).toMatchObject({ fromBar: 0, toBar: 8 });
    expect(renewalOf(locked, null)?.elements).not.toContain('pitch');
  });

  test('keeping the chords keeps that lane where parts are written, and lends them where all is new', () => {
    const keeps = { ...doc, ask: { ...doc.ask, chords: 'keep' as const } };
    expect(renewalOf(keeps, { from: 0, to: 1 })?.elements).not.toContain('chord');
    expect(renewalOf(keeps, null)).toBeNull();
  });

  test('a request names the clip whose parts are kept, and has an emotion for each of its bars', () => {
    const renewal = renewalOf(doc, { from: 2, to: 4 });
    const request = requestFor(doc.ask, renewal, { projectId: 'song', seed: 5, piece: music, dawBpm: null });
    expect(request.base).toMatchObject({ clipId: 'one', fromBar: 2, toBar: 4 });
    expect(request.bars).toHaveLength(8);
    expect(request.ask.bars).toBe(8);
  });

  test('a take made again has a seed that none has, and the same parts of the same clip', () => {
    const take = clipOf('two', music, {
      seed: 7,
      renewed: { clipId: 'one', elements: ['pitch'], fromBar: 2, toBar: 12 },
    });
    const clips = [...doc.clips, take, clipOf('three', music, { seed: 8 })];
    expect(nextSeed(take, clips)).toBe(9);
    expect(nextSeed(clipOf('four', music, { seed: 2 ** 32 - 1 }), clips)).toBe(0);
    expect(renewalAgain(take, clips)).toMatchObject({ elements: ['pitch'], fromBar: 2, toBar: 8 });
    expect(renewalAgain(take, [take])).toBeNull();
  });
});
