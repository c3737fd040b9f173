import type { Emotion } from '../../../contract/document.ts';
import type { Piece } from '../../../model/music/piece.ts';
import { barAt } from '../../edit/bars.ts';
import { emotionColour, type Theme } from '../../emotion/colour.ts';
import type { Context } from '../../shared/painting.ts';
import { endBeat, type TimeAxis, xOf } from '../time-axis.ts';

/** What every lane needs to paint itself. */
export interface Scene {
  readonly piece: Piece;
  readonly axis: TimeAxis;
  /** First beat of each bar and the end. */
  readonly starts: readonly number[];
  readonly theme: Theme;
  /** Emotion of each bar, heard or else asked: the colour of its notes. */
  readonly emotions: readonly Emotion[];
  readonly bars: { from: number; to: number } | null;
  /** True while the earlier music is shown for comparison. */
  readonly faded: boolean;
}

/** A scene wherever one looks. */
export type Picture = Omit<Scene, 'axis'>;

export interface Palette {
  ink: string;
  dim: string;
  line: string;
  lineStrong: string;
  chip: string;
  /** Under a name that lies on notes. */
  ground: string;
  rowShade: string;
  selection: string;
}

const PALETTES: Record<Theme, Palette> = {
  dark: {
    ink: '#edebe6',
    dim: '#9a9ba4',
    line: '#1d2026',
    lineStrong: '#2b2e36',
    chip: '#23262d',
    ground: 'rgb(18 19 23 / 0.78)',
    rowShade: 'rgb(0 0 0 / 0.26)',
    selection: 'rgb(255 255 255 / 0.045)',
  },
  light: {
    ink: '#23211d',
    dim: '#6d6a62',
    line: '#ece8e0',
    lineStrong: '#d6d0c5',
    chip: '#eae6de',
    ground: 'rgb(247 245 240 / 0.82)',
    rowShade: 'rgb(80 60 20 / 0.05)',
    selection: 'rgb(60 40 0 / 0.05)',
  },
};

export const paletteOf = (theme: Theme): Palette => PALETTES[theme];

/** Colours by bar, made once a bar and alpha, because notes ask thousands of times a frame. */
export function colourer(scene: Scene): (beat: number, alpha?: number) => string {
  const cache = new Map<string, string>();
  const fallback: Emotion = { valence: 0, arousal: 0 };
  return (beat, alpha = 1) => {
    const bar = barAt(scene.starts, beat);
    const level = Math.round(alpha * 20) / 20;
    const key = `${bar}/${level}`;
    let colour = cache.get(key);
    if (!colour) {
      const emotion = scene.emotions[Math.min(bar, scene.emotions.length - 1)] ?? fallback;
      colour = emotionColour(emotion, scene.theme, level);
      cache.set(key, colour);
    }
    return colour;
  };
}

/** Bar and beat lines, and the chosen bars behind everything. */
export function drawGrid(context: Context, scene: Scene, height: number): void {
  const { axis, starts, bars } = scene;
  const palette = paletteOf(scene.theme);
  if (bars) {
    const x = xOf(axis, starts[bars.from] ?? 0);
    context.fillStyle = palette.selection;
    context.fillRect(x, 0, xOf(axis, starts[bars.to] ?? 0) - x, height);
  }
  const end = Math.min(endBeat(axis), starts[starts.length - 1]);
  if (axis.scale >= 14) {
    context.fillStyle = palette.line;
    for (let beat = Math.ceil(axis.start); beat < end; beat++)
      context.fillRect(Math.round(xOf(axis, beat)), 0, 1, height);
  }
  // Every bar when they are wide enough, else every fourth or sixteenth.
  const barWidth = axis.scale * 4;
  const every = barWidth >= 14 ? 1 : barWidth >= 4 ? 4 : 16;
  for (let bar = 0; bar < starts.length; bar++) {
    const x = xOf(axis, starts[bar]);
    if (x < 0 || x > axis.width || bar % every !== 0) continue;
    context.fillStyle = bar % (every * 4) === 0 ? palette.lineStrong : palette.line;
    context.fillRect(Math.round(x), 0, 1, height);
  }
}
