import type { Emotion } from '../../contract/document.ts';

/** Less than this of an axis is no difference that is heard. */
const LEAST = 0.05;
const LITTLE = 0.18;
const MUCH = 0.5;

/** How an emotion differs from another, in words: "a little brighter, much calmer"; null where it hardly does. */
export function changeWords(from: Emotion, to: Emotion): string | null {
  const words = [
    along(to.valence - from.valence, 'brighter', 'darker'),
    along(to.arousal - from.arousal, 'livelier', 'calmer'),
  ].filter((word) => word !== null);
  return words.length > 0 ? words.join(', ') : null;
}

function along(by: number, more: string, less: string): string | null {
  const size = Math.abs(by);
  if (size < LEAST) return null;
  const word = by > 0 ? more : less;
  if (size < LITTLE) return `a little ${word}`;
  return size < MUCH ? word : `much ${word}`;
}
