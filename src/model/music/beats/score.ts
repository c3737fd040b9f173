import { largest } from '../../lists.ts';

const TOLERANCE_SECONDS = 0.07;

/** F-measure of found beats against known ones: hits within 70 ms, each beat used once. Both rising, in seconds. */
export function beatScore(found: readonly number[], known: readonly number[]): number {
  if (found.length === 0 || known.length === 0) return found.length === known.length ? 1 : 0;
  let hits = 0;
  for (let i = 0, k = 0; i < found.length && k < known.length; ) {
    const late = found[i] - known[k];
    if (Math.abs(late) <= TOLERANCE_SECONDS) {
      hits++;
      i++;
      k++;
    } else if (late > 0) k++;
    else i++;
  }
  return (2 * hits) / (found.length + known.length);
}

/** The best score of the beats as found, at twice their rate, or every second of them: forgives one octave of tempo. */
export function beatScoreAnyOctave(found: readonly number[], known: readonly number[]): number {
  const doubled = found.flatMap((time, i) => (i === 0 ? [time] : [(found[i - 1] + time) / 2, time]));
  const every = (phase: number) => found.filter((_, i) => i % 2 === phase);
  return largest([found, doubled, every(0), every(1)].map((beats) => beatScore(beats, known)));
}
