import type { TempoChange } from './piece.ts';

const HYSTERESIS = 0.04;

/**
 * Tempo of a piece from the times of its beats (beat i runs from seconds[i] to seconds[i + 1]): the median of five beats,
 * held until it has moved by more than 4%. Beats before `firstBeat` (where the first note is) take the tempo there.
 */
export function smoothTempo(seconds: readonly number[], firstBeat = 0): TempoChange[] {
  const raw = seconds.slice(1).map((end, i) => 60 / (end - seconds[i]));
  for (let i = 0; i < Math.min(firstBeat, raw.length); i++) raw[i] = raw[Math.min(firstBeat, raw.length - 1)];
  const changes: TempoChange[] = [];
  for (let beat = 0; beat < raw.length; beat++) {
    const bpm = median(raw.slice(Math.max(0, beat - 2), beat + 3));
    const last = changes.at(-1);
    if (!last || Math.abs(bpm / last.bpm - 1) > HYSTERESIS) changes.push({ beat, bpm });
  }
  return changes;
}

/** The middle value; of an even count, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
