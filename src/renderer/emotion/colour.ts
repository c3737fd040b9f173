import type { Emotion } from '../../contract/document.ts';

export type Rgb = readonly [number, number, number];
export type Theme = 'dark' | 'light';

/**
 * Hue by direction in the plane, in OKLCH degrees: gold (joy), rose (anger), indigo (sorrow), green (peace) on the
 * diagonals, and the hues between them in between. Listed by angle from 45 degrees on, anticlockwise.
 */
const HUES = { dark: [76, 12, -83, -197, -284], light: [66, 12, -83, -197, -294] } as const;
const LIGHTNESS = { dark: [0.74, 0.8], light: [0.49, 0.55] } as const;
const CHROMA = { dark: [0.02, 0.135], light: [0.02, 0.135] } as const;
/** Beyond this distance from the middle a colour is as strong as it gets. */
const FULL_AT = 0.72;

/** The colour of an emotion: hue from its direction, strength from its distance to the middle (Björn Ottosson's OKLCH). */
export function emotionRgb({ valence, arousal }: Emotion, theme: Theme): Rgb {
  const strength = Math.min(1, Math.hypot(valence, arousal) / FULL_AT);
  const quarter = ((((Math.atan2(arousal, valence) * 180) / Math.PI - 45 + 360) % 360) / 90) % 4;
  const index = Math.floor(quarter);
  const [from, to] = [HUES[theme][index], HUES[theme][index + 1]];
  // Between green and gold the eye finds yellow too soon: gold reaches further.
  const part = index === 3 ? 1 - (1 - (quarter - index)) ** 1.5 : quarter - index;
  const hue = from + (to - from) * part;
  const bright = (arousal + valence + 2) / 4;
  const [low, high] = LIGHTNESS[theme];
  const [weak, strong] = CHROMA[theme];
  return fromOklch(low + (high - low) * bright, weak + (strong - weak) * strength, hue);
}

export function emotionColour(emotion: Emotion, theme: Theme, alpha = 1): string {
  const [r, g, b] = emotionRgb(emotion, theme);
  return alpha === 1 ? `rgb(${r} ${g} ${b})` : `rgb(${r} ${g} ${b} / ${alpha})`;
}

/** Dark or white text, whichever has the higher contrast on the colour (WCAG 2). */
export function inkOn(colour: Rgb): '#14120d' | '#ffffff' {
  const light = luminance(colour);
  return (light + 0.05) / 0.056 > 1.05 / (light + 0.05) ? '#14120d' : '#ffffff';
}

/** WCAG relative luminance, 0..1. */
export function luminance([r, g, b]: Rgb): number {
  const linear = (value: number): number =>
    value <= 10.3 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

function fromOklch(lightness: number, chroma: number, hueDegrees: number): Rgb {
  const hue = (hueDegrees * Math.PI) / 180;
  const a = chroma * Math.cos(hue);
  const b = chroma * Math.sin(hue);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const encode = (linear: number): number => {
    const value = Math.min(1, Math.max(0, linear));
    return Math.round(255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055));
  };
  return [
    encode(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    encode(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    encode(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}
