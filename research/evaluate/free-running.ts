import type { Muser } from '../../src/model/muser/muser.ts';
import type { SessionOptions } from '../../src/model/muser/session.ts';
import { transfer } from '../../src/model/muser/transfer.ts';
import type { TransferJob } from '../../src/model/muser/transfer-job.ts';
import type { Words } from '../../src/model/tokens/vocabulary.ts';
import type { Excerpt } from './data.ts';
import { emotionOfQuadrant } from './quadrants.ts';

/** Jobs that are decoded side by side. */
const BATCH = 16;

/** An excerpt to be decoded from its codes alone. */
export const jobOf = (frame: Excerpt, seed: number): TransferJob => ({
  words: frame.words,
  sources: {},
  mode: frame.key.mode,
  emotion: frame.quadrant === null ? null : emotionOfQuadrant(frame.quadrant),
  seed,
  keep: false,
});

/** Runs jobs in batches. */
export async function runJobs(
  muser: Muser,
  jobs: readonly TransferJob[],
  options: SessionOptions,
  onDone: (done: number) => void,
): Promise<Words[]> {
  const made: Words[] = [];
  for (let from = 0; from < jobs.length; from += BATCH) {
    made.push(...(await transfer(muser, jobs.slice(from, from + BATCH), options)));
    onDone(made.length);
  }
  return made;
}
