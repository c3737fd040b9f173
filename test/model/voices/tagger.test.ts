import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AffettoError } from '../../../src/model/error.ts';
import { LINES, VoiceNetwork } from '../../../src/model/voices/network.ts';
import { VOICE_FEATURES, voiceFeatures } from '../../../src/model/voices/note-features.ts';
import { chordOrder, columnsOf, type HeardNote } from '../../../src/model/voices/played-notes.ts';
import { settle } from '../../../src/model/voices/settle.ts';
import { VOICES } from '../../../src/model/voices/voice.ts';
import { config, tagger, tensors } from './shipped.ts';

interface Golden {
  notes: HeardNote[];
  order: number[];
  features: number[][];
  beliefs: number[][];
  voices: number[];
}
const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/listeners/voices.json'), 'utf8'),
) as Golden;
const played = columnsOf(golden.notes, chordOrder(golden.notes));

/** The largest difference between what is found and what is wanted. */
function worst(found: Float64Array, wanted: readonly number[][]): number {
  const flat = wanted.flat();
  expect(found).toHaveLength(flat.length);
  return flat.reduce((most, value, i) => Math.max(most, Math.abs(found[i] - value)), 0);
}

test('orders notes by chord and pitch, and knows of each what the trainer knows', () => {
  expect(chordOrder(golden.notes)).toEqual(golden.order);
  expect(golden.features[0]).toHaveLength(VOICE_FEATURES);
  expect(worst(voiceFeatures(played), golden.features)).toBeLessThan(1e-4);
});

test('says what the trainer says, and gives each note its voice in whatever order notes come', () => {
  // Both sides sum in float32, in another order.
  expect(worst(new VoiceNetwork(config, tensors).beliefs(played), golden.beliefs)).toBeLessThan(1e-3);
  const wanted = golden.voices.map((voice) => VOICES[voice]);
  expect(tagger.label(golden.notes)).toEqual(wanted);
  expect(tagger.label([...golden.notes].reverse())).toEqual(wanted.reverse());
});

/** A tune over broken chords with a bass, as a pianist's two hands have it; 16 bars. */
function plainPiece(): { notes: HeardNote[]; voices: string[] } {
  const notes: HeardNote[] = [];
  const voices: string[] = [];
  const add = (voice: string, start: number, length: number, pitch: number, velocity: number): void => {
    notes.push({ startSeconds: start, endSeconds: start + length, pitch, velocity });
    voices.push(voice);
  };
  const roots = [36, 45, 41, 43];
  const tune = [76, 79, 77, 76, 74, 72, 74, 76];
  for (let bar = 0; bar < 16; bar++) {
    const root = roots[bar % 4];
    add('bass', bar * 2, 1.9, root, 70);
    for (let i = 1; i < 8; i++) add('inner', bar * 2 + i / 4, 0.24, root + [12, 16, 19][i % 3], 55);
    for (let i = 0; i < 4; i++) add('melody', bar * 2 + i / 2, 0.45, tune[(bar * 4 + i) % 8], 85);
  }
  return { notes, voices };
}

test('hears tune, bass and broken chords of a plain piece, at any loudness and in another key', () => {
  const { notes, voices } = plainPiece();
  for (const change of [
    (note: HeardNote) => note,
    (note: HeardNote) => ({ ...note, velocity: 64 }),
    (note: HeardNote) => ({ ...note, pitch: note.pitch - 5 }),
  ]) {
    const found = tagger.label(notes.map(change));
    const right = found.filter((voice, i) => voice === voices[i]).length / voices.length;
    expect(right).toBeGreaterThan(0.85);
  }
});

test('no notes have no voices, one note has one', () => {
  expect(tagger.label([])).toEqual([]);
  expect(tagger.label(golden.notes.slice(0, 1))).toHaveLength(1);
});

test('another tune is melody where the melody is silent, its top line alone', () => {
  const note = (startSeconds: number, endSeconds: number, pitch: number): HeardNote => ({
    startSeconds,
    endSeconds,
    pitch,
    velocity: 64,
  });
  const notes = [note(0, 0.4, 60), note(0, 0.4, 64), note(0.5, 1, 67), note(0.5, 2, 72), note(1.5, 2, 62)];
  const lines = ['second', 'second', 'melody', 'second', 'second'] as const;
  const order = notes.map((_, i) => i);
  expect(settle(columnsOf(notes, order), lines)).toEqual(['inner', 'melody', 'melody', 'inner', 'melody']);
});

test('weights for other features, or that do not fit, are refused with what to do', () => {
  expect(() => new VoiceNetwork({ ...config, features: 3 }, tensors)).toThrow(AffettoError);
  expect(() => new VoiceNetwork({ ...config, heads: 5 }, tensors)).toThrow(/fetch the model again/);
  const lame = new Proxy(tensors, {
    get: (map, name) => (name === 'get' ? () => new Float32Array(3) : Reflect.get(map, name).bind?.(map)),
  });
  expect(() => new VoiceNetwork(config, lame)).toThrow(/fetch the model again/);
  expect(LINES.slice(0, 3)).toEqual(VOICES);
});
