import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { barPointer } from '../../../../src/model/music/beats/bar-pointer.ts';
import { beatScore, beatScoreAnyOctave } from '../../../../src/model/music/beats/score.ts';
import { LearnedBeatTracker } from '../../../../src/model/music/beats/tracker.ts';
import { TensorMap } from '../../../../src/model/weights/tensor-map.ts';

const folder = join(import.meta.dirname, '../../../../resources/models/beats');
const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as { decoder: object };
const tensors = new TensorMap(readFileSync(join(folder, 'weights.safetensors')), 'weights.safetensors');
const tracker = LearnedBeatTracker.fromWeights(config, tensors);

/** Bars of a bass note, chords on the beats and a tune in eighths, the tempo wavering by 4%. */
function song(beatSeconds: number, bars: number) {
  const notes: { pitch: number; velocity: number; startSeconds: number }[] = [];
  const beats: number[] = [];
  let time = 1;
  for (let beat = 0; beat < bars * 4; beat++) {
    const length = beatSeconds * (1 + 0.04 * Math.sin(beat / 5));
    const root = [48, 45, 41, 43][Math.floor(beat / 4) % 4];
    beats.push(time);
    const strike = (pitch: number, velocity: number, at: number) =>
      notes.push({ pitch, velocity, startSeconds: at });
    if (beat % 4 === 0) strike(root - 12, 90, time);
    for (const step of [12, 16, 19]) strike(root + step, beat % 4 === 0 ? 75 : 60, time);
    strike(root + 24 + (beat % 3), 70, time);
    strike(root + 26 + (beat % 2), 55, time + length / 2);
    time += length;
  }
  return { notes: notes.sort((a, b) => a.startSeconds - b.startSeconds || a.pitch - b.pitch), beats };
}

test('finds the beats and bars of a wavering song', () => {
  const { notes, beats } = song(0.52, 12);
  const grid = tracker.track(notes);
  expect(beatScore(grid.beatTimes, beats)).toBeGreaterThan(0.95);
  const downbeats = grid.downbeats.map((i) => grid.beatTimes[i]);
  expect(
    beatScore(
      downbeats,
      beats.filter((_, i) => i % 4 === 0),
    ),
  ).toBeGreaterThan(0.9);
  expect(grid.beatsPerBar).toBe(4);
  expect(grid.certainty).toBeGreaterThan(0);
  expect(grid.certainty).toBeLessThanOrEqual(1);
  expect(grid.beatTimes.every((time, i) => i === 0 || time > grid.beatTimes[i - 1])).toBe(true);
});

test('bars of three when asked', () => {
  const grid = tracker.track(song(0.5, 9).notes, { threeFour: true });
  const steps = grid.downbeats.slice(1).map((at, i) => at - grid.downbeats[i]);
  expect(new Set(steps)).toEqual(new Set([3]));
});

test('gives a grid of at least two beats for the least of music', () => {
  const lone = tracker.track([{ pitch: 60, velocity: 80, startSeconds: 3 }]);
  expect(lone.beatTimes.length).toBeGreaterThanOrEqual(2);
  const chord = [60, 64, 67].map((pitch) => ({ pitch, velocity: 80, startSeconds: 0 }));
  expect(tracker.track(chord).beatTimes.length).toBeGreaterThanOrEqual(2);
  const gap = [0, 90].map((startSeconds) => ({ pitch: 60, velocity: 80, startSeconds }));
  expect(tracker.track(gap).beatTimes.at(-1)).toBeGreaterThan(88);
});

test('refuses a config that is not its own', () => {
  expect(() => LearnedBeatTracker.fromWeights({ blocks: 8 }, tensors)).toThrow(/config\.json/);
  expect(() => LearnedBeatTracker.fromWeights(null, tensors)).toThrow(/config\.json/);
});

test('the bar pointer walks exactly through clear peaks', () => {
  const beat = new Float32Array(400).fill(-4);
  const down = new Float32Array(400).fill(-4);
  for (let f = 30, i = 0; f < 380; f += 25, i++) {
    beat[f] = 3;
    if (i % 4 === 2) down[f] = 4;
  }
  const settings = { ...config.decoder, beatBias: 0 } as Parameters<typeof barPointer>[5];
  const path = barPointer(beat, down, 30, 370, 4, settings);
  expect(path.frames).toEqual(Array.from({ length: 14 }, (_, i) => 30 + 25 * i));
  expect(path.places).toEqual(Array.from({ length: 14 }, (_, i) => (i + 2) % 4));
});

test('scores: exact, half the tempo, far off', () => {
  const beats = [1, 2, 3, 4, 5, 6];
  expect(beatScore(beats, beats)).toBe(1);
  const half = [1, 3, 5];
  expect(beatScore(half, beats)).toBeCloseTo(6 / 9);
  expect(beatScoreAnyOctave(half, beats)).toBeGreaterThan(0.9);
  expect(
    beatScore(
      beats.map((time) => time + 0.08),
      beats,
    ),
  ).toBe(0);
});
