import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emotionFeatureNames, emotionFeatures } from '../../../src/model/emotion/features.ts';
import type { HeardNote } from '../../../src/model/emotion/heard-note.ts';
import {
  EmotionRecogniser,
  quadrantOf,
  type RecogniserConfig,
} from '../../../src/model/emotion/recogniser.ts';
import { RecogniserNetwork } from '../../../src/model/emotion/recogniser-network.ts';
import { soundColumns } from '../../../src/model/emotion/sound-columns.ts';
import { EmotionTrajectory } from '../../../src/model/emotion/trajectory.ts';
import { type NoteColumns, noteColumns } from '../../../src/model/emotion/trajectory-notes.ts';
import { TensorMap } from '../../../src/model/weights/tensor-map.ts';

const root = join(import.meta.dirname, '../../..');
const folder = join(root, 'resources/models/recogniser');
const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as RecogniserConfig;
const tensors = new TensorMap(readFileSync(join(folder, 'weights.safetensors')), 'weights.safetensors');
const recogniser = EmotionRecogniser.fromWeights(config, tensors);

/** Broken chords: fast, loud and major, or slow, soft and minor. */
function piece(options: {
  minor: boolean;
  gap: number;
  velocity: number;
  bars?: number;
  start?: number;
}): HeardNote[] {
  const { minor, gap, velocity, bars = 8, start = 0 } = options;
  const roots = minor ? [57, 53, 50, 52] : [60, 65, 67, 60];
  const notes: HeardNote[] = [];
  for (let i = 0; i < bars * 8; i++) {
    const bar = Math.floor(i / 8);
    const isMinor = minor && bar % 4 !== 1;
    const third = isMinor ? 3 : 4;
    const steps = [-12, 0, third, 7, 12, 7, third, 0];
    const time = start + i * gap;
    const add = (pitch: number) =>
      notes.push({ pitch, velocity, startSeconds: time, endSeconds: time + gap, soundSeconds: time + gap });
    add(roots[bar % 4] + steps[i % 8]);
    if (i % 2 === 0) add(roots[bar % 4] + 12 + steps[(i + 2) % 8]);
  }
  return notes;
}

test('the network says what training said', () => {
  const golden = JSON.parse(readFileSync(join(root, 'test/fixtures/listeners/recogniser.json'), 'utf8')) as {
    features: number[][];
    outputs: number[][];
  };
  const network = new RecogniserNetwork(tensors, config);
  golden.features.forEach((row, i) => {
    const out = network.apply(Float32Array.from(row));
    out.forEach((value, k) => void expect(value).toBeCloseTo(golden.outputs[i][k], 3));
  });
});

test('the course says what training said, and adds nothing over the whole clip', () => {
  const { course } = JSON.parse(
    readFileSync(join(root, 'test/fixtures/listeners/recogniser.json'), 'utf8'),
  ) as { course: { features: number[][]; notes: NoteColumns; middles: number[]; moved: number[][] } };
  const network = new RecogniserNetwork(tensors, config);
  const bars = course.features.map((row) => {
    const features = Float32Array.from(row);
    return { features, standardised: network.standardise(features), outputs: network.apply(features) };
  });
  const moved = new EmotionTrajectory(tensors, config.course, config.features).moved(
    [bars, bars],
    course.notes,
    course.middles,
  );
  for (const k of [0, 1]) {
    moved.forEach((bar, i) => void expect(bar[k]).toBeCloseTo(course.moved[i][k], 3));
    expect(moved.reduce((sum, bar) => sum + bar[k], 0)).toBeCloseTo(0, 6);
  }
});

test('loud, fast and major is Q1; soft, slow and minor is Q3', () => {
  const bright = recogniser.recognise(piece({ minor: false, gap: 0.12, velocity: 100, bars: 20 }));
  const sad = recogniser.recognise(piece({ minor: true, gap: 0.45, velocity: 42 }));
  expect(bright.quadrant).toBe('Q1');
  expect(sad.quadrant).toBe('Q3');
  expect(bright.arousal).toBeGreaterThan(sad.arousal + 0.5);
  expect(bright.valence).toBeGreaterThan(sad.valence + 0.5);
  const { quadrants } = bright.probabilities;
  expect(quadrants.Q1 + quadrants.Q2 + quadrants.Q3 + quadrants.Q4).toBeCloseTo(1);
});

test('bar by bar, the emotion moves with the music', () => {
  const calm = piece({ minor: false, gap: 0.4, velocity: 45 });
  const wild = piece({ minor: false, gap: 0.11, velocity: 105, bars: 30, start: 25.6 });
  const bars = [...Array.from({ length: 16 }, (_, i) => 3.2 * i), 52];
  const course = recogniser.perBar([...calm, ...wild], bars);
  expect(course).toHaveLength(16);
  expect(course[14].arousal).toBeGreaterThan(course[3].arousal + 0.4);
});

test('music that goes on as it began neither rises nor falls', () => {
  const notes = piece({ minor: false, gap: 0.25, velocity: 70, bars: 32 });
  const course = recogniser.perBar(
    notes,
    Array.from({ length: 33 }, (_, i) => 2 * i),
  );
  for (const axis of ['valence', 'arousal'] as const) {
    const mean = (bars: typeof course) => bars.reduce((sum, bar) => sum + bar[axis], 0) / bars.length;
    expect(Math.abs(mean(course.slice(0, 4)) - mean(course.slice(16)))).toBeLessThan(0.1);
  }
});

test('bars lie around what is heard of the whole', () => {
  const notes = [
    ...piece({ minor: true, gap: 0.4, velocity: 45 }),
    ...piece({ minor: false, gap: 0.2, velocity: 80, bars: 8, start: 25.6 }),
  ];
  const end = notes[notes.length - 1].endSeconds;
  const bars = recogniser.perBar(
    notes,
    Array.from({ length: 17 }, (_, i) => (i * end) / 16),
  );
  const whole = recogniser.recognise(notes);
  for (const axis of ['valence', 'arousal'] as const)
    expect(Math.abs(bars.reduce((sum, bar) => sum + bar[axis], 0) / 16 - whole[axis])).toBeLessThan(0.1);
});

test('columns from notes: strike follows force and brevity, home the usual keys', () => {
  const soft = piece({ minor: false, gap: 0.25, velocity: 50 });
  const loud = piece({ minor: false, gap: 0.25, velocity: 100, start: 16 });
  const away = piece({ minor: false, gap: 0.25, velocity: 50, bars: 4, start: 32 }).map((note) => ({
    ...note,
    pitch: note.pitch + 6,
  }));
  const middles = Array.from({ length: 20 }, (_, i) => 2 * i + 1);
  const { strike, home } = noteColumns([...soft, ...loud, ...away], middles);
  expect(strike[15]).toBeGreaterThan(strike[7] + 0.5);
  expect(home[19]).toBeLessThan(home[13] - 0.03);
  // A time far from zero changes nothing.
  const later = [...soft, ...loud, ...away].map((note) => ({
    ...note,
    startSeconds: note.startSeconds + 500,
    endSeconds: note.endSeconds + 500,
  }));
  const moved = noteColumns(
    later,
    middles.map((middle) => middle + 500),
  );
  moved.strike.forEach((value, i) => void expect(value).toBeCloseTo(strike[i], 6));
  expect(noteColumns([], [1, 2])).toEqual({
    strike: [0, 0],
    home: [0, 0],
    high: [0, 0],
    rough: [0, 0],
    struck: [0, 0],
  });
});

test('columns from what sounds: high follows the upper half, rough close low tones, both only while they ring', () => {
  const held = (pitches: number[], start: number, seconds: number) =>
    pitches.map((pitch) => ({
      pitch,
      velocity: 80,
      startSeconds: start,
      endSeconds: start + seconds,
      soundSeconds: start + seconds,
    }));
  const times = [11, 31, 51, 100];
  const { high, rough, struck } = soundColumns(
    [...held([48, 55, 64], 0, 10), ...held([76, 84], 20, 10), ...held([40, 41, 42], 40, 10)],
    times,
    4,
  );
  expect(high[1]).toBeGreaterThan(high[0] + 0.1);
  expect(rough[2]).toBeGreaterThan(2 * rough[0]);
  expect(rough[0]).toBeGreaterThan(2 * rough[1]);
  for (const column of [high, rough]) expect(column[3]).toBeLessThan(Math.min(...column.slice(0, 3)) + 0.01);
  expect(struck[3]).toBeCloseTo(Math.log(0.05), 3);
  expect(soundColumns(held([60], 5, 1), [0, 1e9], 12).high.every(Number.isFinite)).toBe(true);
});

test('silence and single notes get an answer within the plane', () => {
  for (const notes of [[], piece({ minor: true, gap: 1, velocity: 60 }).slice(0, 1)]) {
    const { valence, arousal } = recogniser.recognise(notes);
    expect(Math.abs(valence)).toBeLessThanOrEqual(1);
    expect(Math.abs(arousal)).toBeLessThanOrEqual(1);
  }
  expect(recogniser.perBar([], [0, 1, 2])).toHaveLength(2);
});

test('features: as many as names, finite, and unmoved by transposition where they should be', () => {
  const names = emotionFeatureNames();
  const notes = piece({ minor: true, gap: 0.3, velocity: 70 });
  const values = emotionFeatures(notes);
  expect(values).toHaveLength(names.length);
  expect(new Set(names).size).toBe(names.length);
  expect(values.every(Number.isFinite)).toBe(true);
  const moved = emotionFeatures(notes.map((note) => ({ ...note, pitch: note.pitch + 1 })));
  for (const name of [
    'keyMode',
    'countMode',
    'chordMajorness',
    'localMode',
    'notesPerSecond',
    'velocityMean',
  ]) {
    const i = names.indexOf(name);
    expect(moved[i], name).toBeCloseTo(values[i], 5);
  }
  expect(moved[names.indexOf('pitchMean')] - values[names.indexOf('pitchMean')]).toBeCloseTo(1 / 12, 5);
  expect(values[names.indexOf('keyMode')]).toBeLessThan(0);
});

test('weights for other features are refused', () => {
  const other = { ...config, features: [...config.features.slice(1), 'unknown'] };
  expect(() => EmotionRecogniser.fromWeights(other, tensors)).toThrow(/other features/);
  expect(() => EmotionRecogniser.fromWeights({}, tensors)).toThrow(/config\.json/);
  const columns = [{ name: 'unknown', memorySeconds: 0 }, ...config.course.columns.slice(1)];
  const strange = { ...config, course: { ...config.course, columns } };
  expect(() => EmotionRecogniser.fromWeights(strange, tensors)).toThrow(/unknown 'unknown'/);
});

test('quadrants as EMOPIA numbers them', () => {
  expect([quadrantOf(1, 1), quadrantOf(-1, 1), quadrantOf(-1, -1), quadrantOf(1, -1)]).toEqual([
    'Q1',
    'Q2',
    'Q3',
    'Q4',
  ]);
});

test('after an edit everything is as if it were heard for the first time', () => {
  const fresh = () => EmotionRecogniser.fromWeights(config, tensors);
  const first = piece({ minor: false, gap: 0.25, velocity: 80, bars: 32 });
  const bars = Array.from({ length: 33 }, (_, bar) => bar * 2);
  const known = fresh();
  known.perBar(first, bars);
  const louder = first.map((note, i) => (i === 90 ? { ...note, velocity: 120 } : { ...note }));
  const fewer = louder.filter((_, i) => i < 200 || i > 220);
  for (const notes of [louder, fewer, first]) {
    expect(known.perBar(notes, bars)).toEqual(fresh().perBar(notes, bars));
    expect(known.recognise(notes)).toEqual(fresh().recognise(notes));
  }
});
