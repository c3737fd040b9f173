import type { Context } from '../shared/painting.ts';
import { emotionRgb, type Theme } from './colour.ts';

const CELLS = 64;
const STRENGTH = { dark: [34, 120], light: [26, 110] } as const;

/** The pad's ground: the colours of the plane, faint in the middle; made small and scaled up smoothly. */
export function paintPlane(context: Context, width: number, height: number, theme: Theme): void {
  const small = new OffscreenCanvas(CELLS, CELLS);
  const ink = small.getContext('2d');
  if (!ink) return;
  const image = ink.createImageData(CELLS, CELLS);
  const [weak, strong] = STRENGTH[theme];
  for (let row = 0; row < CELLS; row++) {
    for (let column = 0; column < CELLS; column++) {
      const emotion = { valence: (column + 0.5) / (CELLS / 2) - 1, arousal: 1 - (row + 0.5) / (CELLS / 2) };
      const at = (row * CELLS + column) * 4;
      image.data.set(emotionRgb(emotion, theme), at);
      image.data[at + 3] = weak + (strong - weak) * Math.min(1, Math.hypot(emotion.valence, emotion.arousal));
    }
  }
  ink.putImageData(image, 0, 0);
  context.imageSmoothingQuality = 'high';
  context.drawImage(small, 0, 0, width, height);
}
