import { expect, test } from 'vitest';
import type { PedalSpan, Piece } from '../../../src/model/music/piece.ts';
import { takePedal } from '../../../src/model/performing/pedal-transfer.ts';

const span = (startStep: number, endStep: number): PedalSpan => ({ startStep, endStep });
const piece = (barBeats: number[], pedal: PedalSpan[]): Piece => ({
  key: { tonic: 0, mode: 'major' },
  barBeats,
  notes: [{ step: 0, pitch: 60, duration: 4, velocity: 64 }],
  tempos: [{ beat: 0, bpm: 100 }],
  chords: [],
  ...(pedal.length > 0 ? { pedal } : {}),
});

test('takes the pedal bar by bar, from the start again where the donor is shorter; held over a bar line it stays one', () => {
  const donor = piece([4, 4], [span(1, 20), span(21, 31)]);
  expect(takePedal(piece([4, 4, 4], [span(0, 48)]), donor, 1).pedal).toEqual([
    span(1, 20),
    span(21, 31),
    span(33, 48),
  ]);
});

test('what a bar has no room for is cut, and nothing else of the piece changes', () => {
  const target = piece([3, 3], []);
  const taken = takePedal(target, piece([4], [span(2, 15)]), 1);
  expect(taken).toEqual({ ...target, pedal: [span(2, 12), span(14, 24)] });
});

test('half of it is every other bar; a donor without a pedal takes it away', () => {
  const own = piece([4, 4, 4, 4], [span(1, 2), span(17, 18), span(33, 34), span(49, 50)]);
  const donor = piece([4], [span(8, 9)]);
  expect(takePedal(own, donor, 0.5).pedal).toEqual([span(1, 2), span(24, 25), span(33, 34), span(56, 57)]);
  expect(takePedal(own, donor, 0)).toEqual(own);
  expect(takePedal(own, piece([4], []), 1).pedal).toBeUndefined();
});
