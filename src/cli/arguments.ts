import { AffettoError, requireInput } from '../model/error.ts';
import type { Emotion } from '../model/muser/emotion-embedding.ts';
import { parseKey } from '../model/music/parse-key.ts';
import type { Key } from '../model/music/piece.ts';

/** So that `--valence -0.5` is read as a number and not as an option. */
export const joinNegatives = (args: readonly string[]): string[] =>
  args.reduce<string[]>((joined, arg) => {
    const option = joined[joined.length - 1];
    const isNumber = /^-(\d|\.\d)/.test(arg) && option?.startsWith('--') && !option.includes('=');
    if (isNumber) joined[joined.length - 1] = `${option}=${arg}`;
    else joined.push(arg);
    return joined;
  }, []);

/** A number given as text; throws an input error that names the option. */
export function numberOf(option: string, text: string): number {
  const value = Number(text);
  requireInput(text.trim() !== '' && Number.isFinite(value), `${option} wants a number, not '${text}'`);
  return value;
}

export function wholeOf(option: string, text: string): number {
  const value = numberOf(option, text);
  requireInput(Number.isInteger(value), `${option} wants a whole number, not '${text}'`);
  return value;
}

/**
 * Where a quadrant is asked for. Chosen so that generated clips are about as dense as real ones of the quadrant and are heard
 * in it as often (docs/model.md); further out is more than usual.
 */
const QUADRANTS: Readonly<Record<string, Emotion>> = {
  Q1: { valence: 0.56, arousal: 0.55 },
  Q2: { valence: -0.83, arousal: 0.5 },
  Q3: { valence: -0.57, arousal: -0.42 },
  Q4: { valence: 0.83, arousal: -0.44 },
};
export const QUADRANT_NAMES = Object.keys(QUADRANTS);

export function emotionOfQuadrant(text: string): Emotion {
  const emotion = QUADRANTS[text.toUpperCase()];
  if (!emotion) throw new AffettoError(`--quadrant is ${QUADRANT_NAMES.join(', ')}, not '${text}'`);
  return emotion;
}

/** A path "v,a v,a …" as one emotion a bar, its points spread evenly over the bars. */
export function emotionsOfPath(text: string, bars: number): Emotion[] {
  const points = text
    .trim()
    .split(/\s+/)
    .map((point) => {
      const parts = point.split(',');
      requireInput(parts.length === 2, `--path wants points like "0.5,-0.2 -0.5,0.8", not '${text}'`);
      return { valence: numberOf('--path', parts[0]), arousal: numberOf('--path', parts[1]) };
    });
  return Array.from({ length: bars }, (_, bar) => {
    const at = bars === 1 ? 0 : (bar * (points.length - 1)) / (bars - 1);
    const from = points[Math.floor(at)];
    const to = points[Math.ceil(at)];
    const part = at - Math.floor(at);
    return {
      valence: from.valence + part * (to.valence - from.valence),
      arousal: from.arousal + part * (to.arousal - from.arousal),
    };
  });
}

export function keyOf(text: string): Key {
  const key = parseKey(text);
  requireInput(key !== null, `--key wants a key like "C minor" or "F# major", not '${text}'`);
  return key;
}
