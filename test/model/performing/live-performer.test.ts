import { expect, test } from 'vitest';
import { playableBar } from '../../../src/model/midi/written-bar.ts';
import { gridBars } from '../../../src/model/performing/grid-bars.ts';
import { LivePerformer } from '../../../src/model/performing/live-performer.ts';
import { wordsToPiece } from '../../../src/model/tokens/decode.ts';
import type { WrittenBar } from '../../../src/model/tokens/read-bar.ts';
import { checkBar } from '../../../src/services/midi/transport/check-bar.ts';
import { randomWords } from '../helpers/pieces.ts';
import { network } from './shipped.ts';

const key = { tonic: 0, mode: 'major' } as const;
const barsOf = (seed: number): WrittenBar[] =>
  gridBars(wordsToPiece(randomWords(seed, 12), key)).map(({ bar }) => bar);
const bars = barsOf(1);
const others = barsOf(2);
const calm = { valence: 0, arousal: -0.5 };
const open = (touch: { pedal?: boolean; timing?: number } = {}) =>
  new LivePerformer(network, { pedal: true, timing: 1, seed: 3, remembers: 4, ...touch });

test('every bar can be played as it comes, and says how the pedal stands at its line', () => {
  const player = open();
  for (const [i, bar] of bars.entries()) {
    const played = player.play(i, bar, calm);
    const pedal = played.pedal!;
    checkBar(playableBar(played), `bar ${i}`);
    expect(pedal[0].beat).toBe(0);
    for (const [n, move] of pedal.entries()) {
      expect(move.beat).toBeLessThan(bar.beats);
      if (n > 0) expect(move.beat).toBeGreaterThanOrEqual(pedal[n - 1].beat);
      if (n > 0) expect(move.down).toBe(!pedal[n - 1].down);
    }
  }
});

test('a bar asked for again is played the same, and what follows it too', () => {
  const player = open();
  const first = bars.slice(0, 6).map((bar, i) => player.play(i, bar, calm));
  const again = bars.slice(3, 6).map((bar, i) => player.play(i + 3, bar, calm));
  expect(again).toEqual(first.slice(3));
});

test('the beats before a turn within a bar stay as they were played', () => {
  const player = open();
  bars.slice(0, 4).map((bar, i) => player.play(i, bar, calm));
  const before = player.play(4, bars[4], calm);
  const turned: WrittenBar = {
    ...bars[4],
    notes: [
      ...bars[4].notes.filter(({ step }) => step < 8),
      ...others[4].notes.filter(({ step }) => step >= 8),
    ],
  };
  const after = player.play(4, turned, { valence: 1, arousal: 1 }, 2);
  const early = ({ notes }: WrittenBar) => notes.filter(({ step }) => step < 8);
  expect(early(after)).toEqual(early(before));
  const moves = ({ pedal }: WrittenBar) => pedal!.filter(({ beat }) => beat < 1.75);
  expect(moves(after)).toEqual(moves(before));
});

test('without pedal and on the grid a bar is left as it is written', () => {
  const player = open({ pedal: false, timing: 0 });
  for (const [i, bar] of bars.entries()) expect(player.play(i, bar, calm)).toEqual(bar);
});
