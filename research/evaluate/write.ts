import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Run } from './command-line.ts';
import { fillDocument } from './document.ts';
import { keepEarlier } from './earlier.ts';
import { drawPictures } from './pictures.ts';
import { type Measured, type Summary, summarize } from './report.ts';

/**
 * Writes evaluation.json, pictures and the tables of model.md, if it is there, in a folder; what was not measured stays.
 * @param forgotten names of models whose earlier figures are dropped
 * @returns all figures that stand now
 */
export function writeFigures(
  out: string,
  measured: Measured,
  run: Run,
  forgotten: readonly string[],
): Summary {
  const figures = join(out, 'evaluation.json');
  const summary = keepEarlier(summarize(measured, run), readEarlier(figures), forgotten);
  const images = join(out, 'images');
  mkdirSync(images, { recursive: true });
  for (const [file, svg] of Object.entries(drawPictures(measured, summary)))
    writeFileSync(join(images, file), svg);
  writeFileSync(figures, `${JSON.stringify(summary, rounded, 1)}\n`);
  const document = join(out, 'model.md');
  if (existsSync(document)) {
    const text = fillDocument(readFileSync(document, 'utf8'), summary, readdirSync(images).sort());
    writeFileSync(document, text);
  }
  return summary;
}

/** What the last run wrote; null where there is none that can be read. */
function readEarlier(path: string): Summary | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Summary;
  } catch {
    return null;
  }
}

/** Four digits are enough for any figure. */
const rounded = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
