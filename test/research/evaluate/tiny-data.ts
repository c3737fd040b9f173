import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORD_WIDTH } from '../../../src/model/tokens/vocabulary.ts';
import { wordsOf } from '../evaluation/music.ts';

type Note = readonly [number, number, number, number];

/** A made-up clip: high-arousal quadrants are loud and dense, negative ones minor. */
function clip(quadrant: number, seed: number, bars: number): Uint8Array {
  const [minor, loud] = [quadrant === 2 || quadrant === 3, quadrant <= 2];
  const scale = minor ? [0, 2, 3, 5, 7, 8, 10] : [0, 2, 4, 5, 7, 9, 11];
  const notes: Note[] = [];
  for (let step = 0; step < 16 * bars; step += loud ? 2 : 4)
    notes.push([
      step,
      48 + scale[(step * 3 + seed * 5) % 7] + 12 * (seed % 3),
      2,
      (loud ? 90 : 50) + (seed % 4),
    ]);
  return wordsOf(notes, { bars, bpm: loud ? 130 : 80 });
}

/** Writes a data set in the format of `npm run research -- dataset`: two clips a quadrant and split. */
export function writeTinyData(folder: string, source: 'emopia' | 'pop1k7', bars = 5): void {
  mkdirSync(folder, { recursive: true });
  const parts: Uint8Array[] = [];
  let start = 0;
  const songs = Array.from({ length: 16 }, (_, i) => {
    const quadrant = 1 + (i % 4);
    const words = clip(quadrant, source === 'emopia' ? i : i + 100, bars);
    parts.push(words);
    const length = words.length / WORD_WIDTH;
    start += length;
    return {
      id: `${source}${i}`,
      song: `${source}${i}`,
      split: i % 8 < 4 ? 'train' : 'val',
      ...(source === 'emopia' ? { quadrant } : {}),
      start: start - length,
      length,
      barBeats: new Array<number>(bars).fill(4),
      key: { tonic: 0, mode: 'major' },
    };
  });
  writeFileSync(join(folder, `${source}.words.bin`), Buffer.concat(parts));
  writeFileSync(join(folder, `${source}.json`), JSON.stringify({ format: 1, source, songs }));
}
