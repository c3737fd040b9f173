import type { Emotion } from '../../../contract/document.ts';
import { emotionColour, type Theme } from '../../emotion/colour.ts';
import type { Context } from '../../shared/painting.ts';
import { type TimeAxis, xOf } from '../time-axis.ts';
import { paletteOf } from './scene.ts';

export interface RulerPicture {
  /** First beat of each bar and the end. */
  readonly starts: readonly number[];
  readonly bars: { from: number; to: number } | null;
  /** Bars that lie before the first one shown. */
  readonly first: number;
  readonly theme: Theme;
  readonly heard: readonly Emotion[];
  readonly asked: readonly Emotion[];
}

/** Bar numbers, and above them the colours of what is heard and what was asked, bar by bar. */
export function drawRuler(
  context: Context,
  axis: TimeAxis,
  height: number,
  { starts, bars, first, theme, heard, asked }: RulerPicture,
): void {
  const palette = paletteOf(theme);
  if (bars) {
    const x = xOf(axis, starts[bars.from] ?? 0);
    context.fillStyle = palette.selection;
    context.fillRect(x, 0, xOf(axis, starts[bars.to] ?? 0) - x, height);
  }
  context.font = '10px Inter, system-ui, sans-serif';
  const barWidth = axis.scale * 4;
  const every = barWidth >= 24 ? 1 : barWidth >= 12 ? 2 : barWidth >= 5 ? 4 : 16;
  for (let bar = 0; bar + 1 < starts.length; bar++) {
    const x = xOf(axis, starts[bar]);
    const width = xOf(axis, starts[bar + 1]) - x;
    if (x > axis.width || x + width < 0) continue;
    const gap = width > 8 ? 1 : 0;
    if (heard[bar]) {
      context.fillStyle = emotionColour(heard[bar], theme);
      context.beginPath();
      context.roundRect(x + gap, 4, Math.max(1, width - 2 * gap), 7, 2);
      context.fill();
    }
    const ask = asked[Math.min(bar, asked.length - 1)];
    if (ask) {
      context.fillStyle = emotionColour(ask, theme, 0.85);
      context.fillRect(x + gap, 13, Math.max(1, width - 2 * gap), 2.5);
    }
    if (bar % every === 0) {
      context.fillStyle = bars && bar >= bars.from && bar < bars.to ? palette.ink : palette.dim;
      context.fillText(String(first + bar + 1), x + 3, height - 4);
    }
  }
}
