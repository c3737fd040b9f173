import { readFileSync } from 'node:fs';
import { AffettoError } from '../../src/model/error.ts';
import type { BeatTracker } from '../../src/model/music/beat-tracker.ts';
import { buildEntry } from './entry.ts';
import type { Outcome } from './journal.ts';
import type { Job } from './sources.ts';

/** Does one job; what is wrong with the file becomes the reason it was dropped for. */
export function work(job: Job, beatTracker?: BeatTracker): Outcome {
  try {
    const built = buildEntry(readFileSync(job.path), job, beatTracker);
    return { id: job.id, ...built };
  } catch (error) {
    if (error instanceof AffettoError) return { id: job.id, dropped: error.message };
    if (isMissingFile(error)) return { id: job.id, dropped: `${job.id}.mid: no such file` };
    return { id: job.id, dropped: `${job.id}.mid: ${error instanceof Error ? error.message : error}` };
  }
}

const isMissingFile = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';
