/** Colours of the quadrants, and of what is real and what is made; told apart without colour by place and label too. */
export const QUADRANT_COLOURS = ['#c9821a', '#b3433f', '#4a5f96', '#3f8465'] as const;
export const REAL_COLOUR = '#8a8a8a';

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!);

export const rounded = (value: number): string => String(Math.round(value * 10) / 10);

export interface Spot {
  readonly x: number;
  readonly y: number;
}

export const path = (points: readonly Spot[], closed = false): string =>
  points.map(({ x, y }, i) => `${i ? 'L' : 'M'}${rounded(x)} ${rounded(y)}`).join('') + (closed ? 'Z' : '');

export function text(
  x: number,
  y: number,
  words: string,
  options: { anchor?: string; size?: number } = {},
): string {
  const { anchor = 'middle', size = 11 } = options;
  return `<text x="${rounded(x)}" y="${rounded(y)}" text-anchor="${anchor}" font-size="${size}">${escaped(words)}</text>`;
}

/** A picture on its own paper, so that it can be read on dark pages too. */
export const picture = (width: number, height: number, title: string, content: readonly string[]): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="sans-serif" fill="#222"><title>${escaped(title)}</title><rect width="100%" height="100%" fill="#fff"/>${content.join('')}</svg>\n`;
