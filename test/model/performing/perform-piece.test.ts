import { expect, test } from 'vitest';
import type { Piece } from '../../../src/model/music/piece.ts';
import { pedalActions } from '../../../src/model/performing/pedal-steps.ts';
import { performPiece, splice } from '../../../src/model/performing/perform-piece.ts';
import { wordsToPiece } from '../../../src/model/tokens/decode.ts';
import { pieceToWords } from '../../../src/model/tokens/encode.ts';
import { randomWords } from '../helpers/pieces.ts';
import { network } from './shipped.ts';

const piece = wordsToPiece(randomWords(3, 8), { tonic: 2, mode: 'minor' });
const emotion = [{ valence: 0.2, arousal: -0.4 }];
const usual = { pedal: true, timing: 1, seed: 4, emotion };
const played = performPiece(network, piece, usual);
const offsets = ({ notes }: Piece): number[] => notes.map(({ offset = 0 }) => offset);

test('playing adds pedal and offsets and changes no word', () => {
  expect(played.pedal!.length).toBeGreaterThan(2);
  expect(new Set(offsets(played)).size).toBeGreaterThan(20);
  const { pedal: _, ...rest } = { ...played, notes: played.notes.map(({ offset: _, ...note }) => note) };
  expect(rest).toEqual(piece);
  expect(pieceToWords(played)).toEqual(pieceToWords(piece));
});

test('the same seed plays the same; the foot does not know of the timing, nor the hand of the pedal', () => {
  expect(performPiece(network, piece, usual)).toEqual(played);
  expect(performPiece(network, piece, { ...usual, seed: 5 }).pedal).not.toEqual(played.pedal);
  const still = performPiece(network, piece, { ...usual, timing: 0 });
  expect(still).toEqual({ ...piece, pedal: played.pedal });
  const dry = performPiece(network, piece, { ...usual, pedal: false });
  expect(dry).toEqual({ ...piece, notes: played.notes });
});

test('timing is in proportion, and no note leaves its step or the piece', () => {
  const half = performPiece(network, piece, { ...usual, timing: 0.5 });
  for (const [i, offset] of offsets(half).entries()) {
    const whole = offsets(played)[i];
    expect(Math.abs(whole)).toBeLessThanOrEqual(0.35);
    expect(offset).toBeCloseTo(Math.max(whole / 2, -piece.notes[i].step), 2);
    expect(piece.notes[i].step + whole).toBeGreaterThanOrEqual(0);
  }
});

test('spans follow one another within the piece', () => {
  let last = 0;
  for (const { startStep, endStep } of played.pedal!) {
    expect(startStep).toBeGreaterThanOrEqual(last);
    expect(endStep).toBeGreaterThan(startStep);
    last = endStep;
  }
  expect(last).toBeLessThanOrEqual(piece.barBeats.length * 16);
});

test('bars played anew leave the others as they were', () => {
  const again = performPiece(network, played, { ...usual, seed: 9, fromBar: 3, toBar: 5 });
  const outside = ({ step }: { step: number }): boolean => step < 48 || step >= 80;
  expect(again.notes.filter(outside)).toEqual(played.notes.filter(outside));
  expect(again.notes).not.toEqual(played.notes);
  const sampled = (from: Piece): boolean[] =>
    Array.from({ length: 1280 }, (_, i) => i / 10).map((at) =>
      from.pedal!.some(({ startStep, endStep }) => startStep <= at && at < endStep),
    );
  const [before, after] = [sampled(played), sampled(again)];
  for (const i of before.keys()) if (i < 480 || i >= 800) expect(after[i]).toBe(before[i]);
  expect(after.slice(480, 800)).not.toEqual(before.slice(480, 800));
});

test('a pedal held over an edge of what is played anew stays one', () => {
  const span = (startStep: number, endStep: number) => ({ startStep, endStep });
  expect(splice([span(0, 40)], [span(0, 20), span(21, 30)], 16, 32)).toEqual([
    span(0, 20),
    span(21, 30),
    span(32, 40),
  ]);
  expect(splice([span(0, 40)], [span(10, 32)], 16, 32)).toEqual([span(0, 40)]);
});

test('a pedal told step by step says changes, lifts and presses', () => {
  const pedal = [
    { startStep: 0.2, endStep: 8.1 },
    { startStep: 8.9, endStep: 12.75 },
    { startStep: 15.6, endStep: 16 },
  ];
  const steps = pedalActions({ pedal, barBeats: [4, 1] });
  expect(steps.flatMap(({ action }, step) => (action === 'stay' ? [] : [[step, action]]))).toEqual([
    [0, 'press'],
    [8, 'change'],
    [13, 'lift'],
  ]);
  expect(steps[8].press).toBeCloseTo(0.9);
  expect(steps[13].lift).toBeCloseTo(-0.25);
});
