import { describe, expect, test } from 'vitest';
import type { Piece } from '../../../src/model/music/piece.ts';
import { soundingNotes } from '../../../src/renderer/listen/events.ts';
import { tempoLine } from '../../../src/renderer/listen/tempo-line.ts';
import { frequencyOf, renderVoice, voiceSeconds } from '../../../src/renderer/listen/voice.ts';

describe('the tempo line', () => {
  const line = tempoLine([
    { beat: 0, bpm: 60 },
    { beat: 4, bpm: 120 },
  ]);

  test('seconds to steps and back, over a change', () => {
    expect(line.seconds(16)).toBeCloseTo(4);
    expect(line.seconds(24)).toBeCloseTo(5);
    for (const step of [0, 3.5, 16, 23, 100]) expect(line.step(line.seconds(step))).toBeCloseTo(step);
  });

  test('is 120 where nothing is said', () => {
    expect(tempoLine([]).seconds(4)).toBeCloseTo(0.5);
  });
});

test('notes ring under the pedal, until their key is struck again', () => {
  const piece: Piece = {
    key: { tonic: 0, mode: 'major' },
    barBeats: [4],
    notes: [
      { step: 0, pitch: 60, duration: 1, velocity: 64 },
      { step: 0, pitch: 64, duration: 1, velocity: 64 },
      { step: 4, pitch: 60, duration: 1, velocity: 64 },
    ],
    tempos: [{ beat: 0, bpm: 60 }],
    chords: [],
    pedal: [{ startStep: 0, endStep: 12 }],
  };
  const notes = soundingNotes(piece, tempoLine(piece.tempos));
  expect(notes.map(({ pitch, at, until }) => [pitch, at, until])).toEqual([
    [60, 0, 1],
    [64, 0, 3],
    [60, 1, 3],
  ]);
});

describe('the computed piano', () => {
  const sampleRate = 22_050;
  const energy = (samples: Float32Array, from: number, to: number): number => {
    let sum = 0;
    for (let i = Math.floor(from * sampleRate); i < to * sampleRate; i++) sum += samples[i] ** 2;
    return sum / ((to - from) * sampleRate);
  };
  /** Strength of one frequency (Goertzel). */
  const strength = (samples: Float32Array, frequency: number): number => {
    const w = (2 * Math.PI * frequency) / sampleRate;
    let [a, b] = [0, 0];
    for (let i = 0; i < sampleRate / 2; i++) [a, b] = [samples[i] + 2 * Math.cos(w) * a - b, a];
    return Math.sqrt(a * a + b * b - 2 * Math.cos(w) * a * b);
  };

  test('sounds its pitch, dies away, and never clips', () => {
    for (const pitch of [33, 60, 84]) {
      const samples = renderVoice({ pitch, force: 0.6, sampleRate });
      expect(samples.every((value) => Number.isFinite(value) && Math.abs(value) <= 1)).toBe(true);
      expect(energy(samples, 0.05, 0.3)).toBeGreaterThan(1.5 * energy(samples, 0.75, 1));
      const f = frequencyOf(pitch);
      expect(strength(samples, f)).toBeGreaterThan(10 * strength(samples, f * 1.26));
    }
  });

  test('a harder blow is brighter', () => {
    const f = frequencyOf(48);
    const share = (force: number): number => {
      const samples = renderVoice({ pitch: 48, force, sampleRate });
      return strength(samples, 6 * f * Math.sqrt(1 + 36 * 10 ** (-4.1 + 8 * 0.026))) / strength(samples, f);
    };
    expect(share(0.9)).toBeGreaterThan(1.5 * share(0.1));
  });

  test('low strings ring longer', () => {
    expect(voiceSeconds(30)).toBeGreaterThan(2 * voiceSeconds(80));
  });
});
