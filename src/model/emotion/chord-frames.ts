import type { Excerpt } from './heard-note.ts';

export const QUALITY_NAMES = ['maj', 'min', 'dim', 'aug', 'sus', '7', 'maj7', 'min7', 'm7b5'] as const;
const TONES: readonly (readonly number[])[] = [
  [0, 4, 7],
  [0, 3, 7],
  [0, 3, 6],
  [0, 4, 8],
  [0, 5, 7],
  [0, 4, 7, 10],
  [0, 4, 7, 11],
  [0, 3, 7, 10],
  [0, 3, 6, 10],
];
const HOP_SECONDS = 0.5;
const FRAME_SECONDS = 1;

export interface ChordFrame {
  readonly root: number;
  /** Index of QUALITY_NAMES. */
  readonly quality: number;
  readonly minorThird: boolean;
  /** Cosine of the frame with the chord's tones, 0..1. */
  readonly fit: number;
  /** Best fit of a chord with a major third minus the best with a minor third. */
  readonly majorness: number;
}

/** The best chord of each second of music, every half second, by template; silent frames are left out. */
export function chordFrames({ notes, from, to }: Excerpt): ChordFrame[] {
  const frames = Math.max(1, Math.min(2000, Math.ceil((to - from - 0.25) / HOP_SECONDS)));
  const chroma = new Float64Array(frames * 12);
  const bass = new Int16Array(frames).fill(999);
  for (const note of notes) {
    const end = Math.min(note.startSeconds + 4, Math.max(note.endSeconds, note.startSeconds + 0.15));
    const first = Math.max(0, Math.ceil((note.startSeconds - from - FRAME_SECONDS) / HOP_SECONDS));
    for (let f = first; f < frames; f++) {
      const start = from + f * HOP_SECONDS;
      const overlap = Math.min(end, start + FRAME_SECONDS) - Math.max(note.startSeconds, start);
      if (overlap <= 0) break;
      chroma[f * 12 + (note.pitch % 12)] += Math.sqrt(overlap);
      if (note.pitch < bass[f]) bass[f] = note.pitch;
    }
  }
  const out: ChordFrame[] = [];
  for (let f = 0; f < frames; f++) {
    if (bass[f] !== 999) out.push(bestChord(chroma.subarray(f * 12, f * 12 + 12), bass[f] % 12));
  }
  return out;
}

function bestChord(chroma: Float64Array, bass: number): ChordFrame {
  let norm = 0;
  for (let i = 0; i < 12; i++) norm += chroma[i] * chroma[i];
  norm = Math.sqrt(norm) || 1;
  let best = -1;
  let root = 0;
  let quality = 0;
  let majorThird = 0;
  let minorThird = 0;
  for (let q = 0; q < TONES.length; q++) {
    const tones = TONES[q];
    const size = Math.sqrt(tones.length);
    for (let r = 0; r < 12; r++) {
      let sum = 0;
      for (const tone of tones) sum += chroma[(r + tone) % 12];
      // A bass on the root speaks for it; triads and sevenths compete on even terms through the norm.
      const fit = sum / (norm * size);
      const score = fit + (r === bass ? 0.1 : 0);
      if (tones[1] === 4 && score > majorThird) majorThird = score;
      if (tones[1] === 3 && score > minorThird) minorThird = score;
      if (score > best) {
        best = score;
        root = r;
        quality = q;
      }
    }
  }
  const fit = Math.min(1, best);
  return { root, quality, minorThird: TONES[quality][1] === 3, fit, majorness: majorThird - minorThird };
}
