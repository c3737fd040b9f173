import { closeSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ELEMENTS, VOCABULARY_SIZES } from '../../src/model/tokens/vocabulary.ts';
import type { Outcome } from './journal.ts';
import type { Job, Source } from './sources.ts';

/** Writes `<source>.words.bin` and `<source>.json` in the order of the jobs; both appear complete or not at all. */
export function writeSource(
  folder: string,
  source: Source,
  jobs: readonly Job[],
  outcomes: Map<string, Outcome>,
): void {
  const bin = join(folder, `${source}.words.bin`);
  const file = openSync(`${bin}.tmp`, 'w');
  const songs: string[] = [];
  let start = 0;
  for (const { id, song, split, quadrant } of jobs) {
    const outcome = outcomes.get(id);
    if (!outcome || !('words' in outcome)) continue;
    writeSync(file, outcome.words);
    songs.push(JSON.stringify({ id, song, split, quadrant, start, ...outcome.entry }));
    start += outcome.entry.length;
  }
  closeSync(file);
  const head = { format: 1, source, elements: ELEMENTS, vocabulary: VOCABULARY_SIZES, words: start };
  const json = join(folder, `${source}.json`);
  writeFileSync(`${json}.tmp`, `${JSON.stringify(head).slice(0, -1)},"songs":[\n${songs.join(',\n')}\n]}\n`);
  renameSync(`${bin}.tmp`, bin);
  renameSync(`${json}.tmp`, json);
}
