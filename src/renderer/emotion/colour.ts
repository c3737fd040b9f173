import type { Emotion } from '../../document.ts';

type Rgb = readonly [number, number, number];

/** Corners of the plane: gold (bright joy), rose (anger), indigo (sorrow), green (peace); mixed in between. */
const CORNERS: Readonly<Record<'dark' | 'light', Readonly<Record<'q1' | 'q2' | 'q3' | 'q4', Rgb>>>> = {
  dark: { q1: [242, 181, 68], q2: [232, 96, 116], q3: [122, 141, 232], q4: [86, 190, 158] },
  light: { q1: [176, 112, 0], q2: [190, 44, 74], q3: [66, 84, 190], q4: [18, 122, 92] },
};

export type Theme = keyof typeof CORNERS;

/** The colour of an emotion: corners blended bilinearly in linear light, so that the middle stays warm, not grey. */
export function emotionRgb({ valence, arousal }: Emotion, theme: Theme): Rgb {
  const x = (Math.min(1, Math.max(-1, valence * 1.25)) + 1) / 2;
  const y = (Math.min(1, Math.max(-1, arousal * 1.25)) + 1) / 2;
  const { q1, q2, q3, q4 } = CORNERS[theme];
  const channel = (i: number): number => {
    const low = linear(q3[i]) * (1 - x) + linear(q4[i]) * x;
    const high = linear(q2[i]) * (1 - x) + linear(q1[i]) * x;
    return Math.round(255 * (low * (1 - y) + high * y) ** (1 / 2.2));
  };
  return [channel(0), channel(1), channel(2)];
}

export function emotionColour(emotion: Emotion, theme: Theme, alpha = 1): string {
  const [r, g, b] = emotionRgb(emotion, theme);
  return alpha === 1 ? `rgb(${r} ${g} ${b})` : `rgb(${r} ${g} ${b} / ${alpha})`;
}

/** Black or white text, whichever reads better on the colour (WCAG relative luminance). */
export function inkOn([r, g, b]: Rgb): '#14120d' | '#ffffff' {
  const luminance = 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  return luminance > 0.22 ? '#14120d' : '#ffffff';
}

function linear(value: number): number {
  return (value / 255) ** 2.2;
}
