import type { HeardNote } from '../../src/model/emotion/heard-note.ts';

/** How a copy of the notes differs from the original. */
export interface Variation {
  readonly transpose: number;
  /** Time factor: above 1 is slower. */
  readonly stretch: number;
  readonly velocityScale: number;
  readonly velocityShift: number;
  /** Every note at the mean velocity. */
  readonly flat: boolean;
  /** Drop the pedal: sounds end with the key. */
  readonly dry: boolean;
  /** Grid in seconds that onsets and ends are rounded to; 0 leaves them. */
  readonly grid: number;
}

/**
 * A random variation that keeps the emotion. Half are dry and four in ten on a grid, because generated clips are both;
 * one in eight has a flat touch, because scores typed in by hand have.
 */
export function randomVariation(random: () => number): Variation {
  const between = (low: number, high: number) => low + (high - low) * random();
  const dry = random() < 0.5;
  return {
    transpose: Math.round(between(-6, 6)),
    stretch: Math.exp(between(Math.log(0.92), Math.log(1.09))),
    velocityScale: between(0.9, 1.1),
    velocityShift: between(-3, 3),
    flat: random() < 0.12,
    dry,
    grid: random() < 0.4 ? between(0.1, 0.2) : 0,
  };
}

/** Notes sorted by onset, as varied. */
export function varied(notes: readonly HeardNote[], by: Variation): HeardNote[] {
  let meanVelocity = 0;
  for (const note of notes) meanVelocity += note.velocity / notes.length;
  const snap = (seconds: number) => (by.grid > 0 ? Math.round(seconds / by.grid) * by.grid : seconds);
  const out = notes.map((note) => {
    const start = snap(note.startSeconds * by.stretch);
    const end = Math.max(start + (by.grid || 0.02), snap(note.endSeconds * by.stretch));
    const velocity = by.flat
      ? meanVelocity
      : meanVelocity + (note.velocity - meanVelocity) * by.velocityScale;
    return {
      pitch: Math.min(108, Math.max(21, note.pitch + by.transpose)),
      velocity: Math.min(127, Math.max(1, Math.round(velocity + by.velocityShift))),
      startSeconds: start,
      endSeconds: end,
      soundSeconds: by.dry ? end : Math.max(end, note.soundSeconds * by.stretch),
    };
  });
  return out.sort((a, b) => a.startSeconds - b.startSeconds || a.pitch - b.pitch);
}
