import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Element } from '../../../src/model/generator/vocabulary.ts';
import { type GeneratorWeights, readGeneratorWeights } from '../../../src/model/generator/weights.ts';
import type { Key, Piece } from '../../../src/model/music/piece.ts';
import { durationSteps } from '../../../src/model/music/quantize.ts';
import { chordOfValue } from '../../../src/model/tokens/values.ts';
import { VOICES } from '../../../src/model/voices/voice.ts';

/** What training makes of a piece; written by training/fixtures/generator.py. */
export interface GeneratorGolden {
  readonly piece: {
    readonly key: Key;
    readonly barBeats: number[];
    readonly tempos: [number, number][];
    readonly chords: number[];
    readonly notes: [number, number, number, number, number][];
  };
  readonly voices: number[];
  readonly mode: number;
  readonly endings: number[];
  /** How each bar comes back, and what the step of each word is told of it. */
  readonly returns: number[];
  readonly references: number[][];
  readonly emotion: [number, number][];
  readonly words: number[][];
  readonly beat: number[];
  readonly step: number[];
  /** Before each word. */
  readonly features: number[][];
  readonly entries: number[][];
  readonly codes: Record<string, number[][]>;
  readonly logits: Partial<Record<Element, number[]>>[];
  readonly logitsOfPlan: Partial<Record<Element, number[]>>[];
  readonly priorFeatures: number[][];
  readonly prior: Record<string, number[]>[];
  readonly priorNoEmotion: Record<string, number[]>[];
}

const path = (file: string): string =>
  fileURLToPath(new URL(`../../fixtures/golden/generator/${file}`, import.meta.url));

export const golden: GeneratorGolden = JSON.parse(readFileSync(path('golden.json'), 'utf8'));

function goldenFiles(): Record<string, Uint8Array> {
  const names = ['config.json', 'weights.safetensors', 'checksums.json'];
  return Object.fromEntries(names.map((name) => [name, new Uint8Array(readFileSync(path(name)))]));
}

export const goldenGenerator = (): Promise<GeneratorWeights> =>
  readGeneratorWeights(goldenFiles(), 'generator');

/** The golden piece as the app has it. */
export function goldenPiece(): Piece {
  const { key, barBeats, tempos, chords, notes } = golden.piece;
  return {
    key,
    barBeats,
    tempos: tempos.map(([beat, bpm]) => ({ beat, bpm })),
    chords: chords.map((value, beat) => ({ beat, chord: chordOfValue(value, key.tonic) })),
    notes: notes.map(([step, pitch, length, velocity, offset], i) => ({
      step,
      pitch,
      duration: durationSteps(length),
      length,
      offset,
      velocity,
      voice: VOICES[golden.voices[i]],
    })),
  };
}

export const goldenWords = (): Uint8Array => Uint8Array.from(golden.words.flat());
