import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AffettoError, requireInput } from '../../src/model/error.ts';

export const SOURCES = ['pop1k7', 'emopia'] as const;
export type Source = (typeof SOURCES)[number];

/** One MIDI file to be turned into words. */
export interface Job {
  readonly source: Source;
  /** The file's stem. */
  readonly id: string;
  readonly path: string;
  /** What must stay on one side of the split: songs, not clips. */
  readonly song: string;
  readonly split: string;
  /** 1..4, EMOPIA only. */
  readonly quadrant?: number;
}

const TABLES: Record<Source, string> = { pop1k7: 'songs.csv', emopia: 'clips.csv' };

/** The files that a source's table lists, in its order. Throws if the table or a column is missing. */
export function listJobs(source: Source, folder: string): Job[] {
  const table = join(folder, TABLES[source]);
  requireInput(
    existsSync(table),
    `${table}: no such file; --${source} names the folder that holds ${TABLES[source]} and midi/`,
  );
  const idColumn = source === 'emopia' ? 'clip' : 'song';
  const columns = source === 'emopia' ? ['clip', 'quadrant', 'song', 'split'] : ['song', 'split'];
  return readTable(table, columns).map((row) => {
    const id = row[idColumn];
    const path = join(folder, 'midi', `${id}.mid`);
    const job: Job = { source, id, path, song: row.song, split: row.split };
    return source === 'emopia' ? { ...job, quadrant: quadrantOf(row.quadrant, table) } : job;
  });
}

function quadrantOf(label: string, table: string): number {
  const quadrant = ['Q1', 'Q2', 'Q3', 'Q4'].indexOf(label) + 1;
  if (quadrant === 0) throw new AffettoError(`${table}: '${label}' is not a quadrant (Q1..Q4)`);
  return quadrant;
}

/** Rows of a plain comma-separated file with a header. */
function readTable(path: string, columns: readonly string[]): Record<string, string>[] {
  const [head = '', ...lines] = readFileSync(path, 'utf8').trim().split(/\r?\n/);
  const names = head.split(',');
  for (const column of columns)
    requireInput(names.includes(column), `${path}: the column '${column}' is missing`);
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const cells = line.split(',');
      return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? '']));
    });
}
