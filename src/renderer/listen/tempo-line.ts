import type { Piece } from '../../model/music/piece.ts';
import { STEPS_PER_BEAT } from '../../model/music/piece.ts';

/** Steps to seconds and back along the tempo changes of a piece. */
export interface TempoLine {
  seconds(step: number): number;
  step(seconds: number): number;
}

const DEFAULT_BPM = 120;

export function tempoLine(tempos: Piece['tempos']): TempoLine {
  const changes =
    tempos.length > 0 && tempos[0].beat <= 0 ? tempos : [{ beat: 0, bpm: DEFAULT_BPM }, ...tempos];
  const parts: { step: number; seconds: number; perStep: number }[] = [];
  for (const { beat, bpm } of changes) {
    const step = Math.max(0, beat * STEPS_PER_BEAT);
    const last = parts[parts.length - 1];
    const seconds = last ? last.seconds + (step - last.step) * last.perStep : 0;
    parts.push({ step, seconds, perStep: 60 / bpm / STEPS_PER_BEAT });
  }
  const at = (test: (part: (typeof parts)[number]) => boolean): (typeof parts)[number] => {
    let low = 0;
    let high = parts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (test(parts[middle])) low = middle;
      else high = middle - 1;
    }
    return parts[low];
  };
  return {
    seconds: (step) => {
      const part = at((p) => p.step <= step);
      return part.seconds + (step - part.step) * part.perStep;
    },
    step: (seconds) => {
      const part = at((p) => p.seconds <= seconds);
      return part.step + (seconds - part.seconds) / part.perStep;
    },
  };
}
