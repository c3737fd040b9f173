import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { requireInput } from '../../src/model/error.ts';
import { type Job, listJobs } from '../dataset/sources.ts';

export const SOURCES = ['emopia', 'pop1k7', 'pop909'] as const;
export type Source = (typeof SOURCES)[number];

/** One file to be read; `quadrant` 1..4, or 0 where the source gives none. */
export type PieceJob = Pick<Job, 'id' | 'path' | 'split'> & { readonly quadrant: number };

/** Of POP909, whose songs have numbers, every twentieth is held out. */
const HELD_OUT = { of: 20, rest: 3 };

export function listPieces(source: Source, folder: string): PieceJob[] {
  if (source !== 'pop909')
    return listJobs(source, folder).map(({ id, path, split, quadrant }) => ({
      id,
      path,
      split,
      quadrant: quadrant ?? 0,
    }));
  requireInput(existsSync(folder), `${folder}: no such folder; --pop909 names the folder of numbered songs`);
  const songs = readdirSync(folder).filter((name) => /^\d+$/.test(name));
  requireInput(songs.length > 0, `${folder}: no numbered songs; --pop909 names the folder that holds them`);
  return songs.sort().map((id) => ({
    id,
    path: join(folder, id, 'corrected.mid'),
    split: Number(id) % HELD_OUT.of === HELD_OUT.rest ? 'val' : 'train',
    quadrant: 0,
  }));
}
