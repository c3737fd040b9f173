import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AffettoError } from '../../src/model/error.ts';
import type { Outcome } from './journal.ts';
import type { Job } from './sources.ts';

/** A file that keeps a worker busy longer than this is dropped. */
const SECONDS_A_FILE = 120;

export interface PoolOptions {
  readonly workers: number;
  readonly signal: AbortSignal;
  /** Called in this process with each outcome, in order of arrival. */
  done(outcome: Outcome): void;
}

/**
 * Shares the jobs among worker processes. A worker that dies or hangs costs one file, not the run; on abort all workers
 * are stopped and the promise rejects.
 */
export async function runPool(jobs: readonly Job[], options: PoolOptions): Promise<void> {
  const queue = [...jobs];
  const count = Math.min(options.workers, queue.length);
  await Promise.all(Array.from({ length: count }, () => serve(queue, options)));
  if (options.signal.aborted)
    throw new AffettoError('stopped; the same command goes on from here', 'failure');
}

/** One worker process after another until the queue is empty. */
async function serve(queue: Job[], options: PoolOptions): Promise<void> {
  let worker: ChildProcess | null = null;
  for (let job = queue.shift(); job && !options.signal.aborted; job = queue.shift()) {
    worker ??= fork(workerPath(), { serialization: 'advanced' });
    const outcome = await ask(worker, job, options.signal);
    if (outcome) options.done(outcome);
    if (!outcome || worker.exitCode !== null || worker.killed) {
      worker.kill();
      worker = null;
    }
  }
  worker?.kill();
}

/** Sends one job; null when aborted. */
function ask(worker: ChildProcess, job: Job, signal: AbortSignal): Promise<Outcome | null> {
  return new Promise((resolve) => {
    const drop = (why: string) => settle({ id: job.id, dropped: `${job.id}.mid: ${why}` });
    const onMessage = (outcome: unknown) => settle(outcome as Outcome);
    const onExit = () => drop('the worker stopped while reading it');
    const onAbort = () => settle(null);
    const timer = setTimeout(() => {
      worker.kill('SIGKILL');
      drop(`took longer than ${SECONDS_A_FILE} s`);
    }, SECONDS_A_FILE * 1000);
    function settle(outcome: Outcome | null): void {
      clearTimeout(timer);
      worker.off('message', onMessage).off('exit', onExit);
      signal.removeEventListener('abort', onAbort);
      resolve(outcome);
    }
    worker.once('message', onMessage).once('exit', onExit);
    signal.addEventListener('abort', onAbort, { once: true });
    worker.send(job);
  });
}

/** The worker's entry beside the built program, wherever this code has been bundled to. */
function workerPath(): string {
  const places = ['./dataset-worker.mjs', '../dataset-worker.mjs', '../../out/research/dataset-worker.mjs'];
  const found = places.map((place) => fileURLToPath(new URL(place, import.meta.url))).find(existsSync);
  if (!found) throw new AffettoError('the dataset worker is not built; run `npm run build`', 'failure');
  return found;
}
