import { randomUUID } from 'node:crypto';
import type { Emit, GenerateRequest, Job } from '../contract/contract.ts';
import { AffettoError } from '../model/error.ts';
import type { InferenceClient } from '../services/inference/client.ts';

const MOST_AT_ONCE = 4;
/** A window that never settles its jobs must not fill the memory. */
const MOST_KEPT = 16;

/** Generations under way and those that no window has stored yet: a reload in the middle loses nothing. */
export class Jobs {
  readonly #client: InferenceClient;
  readonly #emit: Emit;
  readonly #jobs = new Map<string, Job & { requestId: number }>();

  constructor(client: InferenceClient, emit: Emit) {
    this.#client = client;
    this.#emit = emit;
  }

  of(projectId: string): Job[] {
    return [...this.#jobs.values()]
      .filter((job) => job.request.projectId === projectId)
      .map(({ requestId: _, ...job }) => job);
  }

  start(request: GenerateRequest): { jobId: string } {
    const running = [...this.#jobs.values()].filter((job) => job.state === 'running').length;
    if (running >= MOST_AT_ONCE) {
      throw new AffettoError('Four generations are already running. Wait for one to end, or cancel it.');
    }
    const id = randomUUID();
    /** Takes that were written by processes which are gone. */
    let before = 0;
    const { id: requestId, done } = this.#client.request('generate', request, {
      onProgress: (progress) => this.#emit('generate.progress', { jobId: id, ...progress }),
      onTake: (written) => {
        const take = { ...written, index: before + written.index };
        job.takes.push(take);
        this.#emit('generate.take', { jobId: id, take });
      },
      rest: () => {
        before = job.takes.length;
        return withoutFirst(request, before);
      },
    });
    const job: Job & { requestId: number } = { id, request, state: 'running', takes: [], requestId };
    this.#jobs.set(id, job);
    this.#forgetOldest();
    done.then(
      ({ cancelled }) => this.#end(job, cancelled ? 'cancelled' : 'done'),
      (error: Error) => this.#end(job, 'failed', error.message),
    );
    return { jobId: id };
  }

  cancel(id: string): void {
    const job = this.#jobs.get(id);
    if (job?.state === 'running') this.#client.cancel(job.requestId);
  }

  settle(id: string): void {
    if (this.#jobs.get(id)?.state !== 'running') this.#jobs.delete(id);
  }

  #end(job: Job, state: Job['state'], message?: string): void {
    job.state = state;
    job.message = message;
    this.#emit('generate.end', { jobId: job.id, state, ...(message ? { message } : {}) });
  }

  #forgetOldest(): void {
    for (const job of this.#jobs.values()) {
      if (this.#jobs.size <= MOST_KEPT) return;
      if (job.state !== 'running') this.#jobs.delete(job.id);
    }
  }
}

/** What is left of a request when its first takes are written: each take has the seed after the last one's. */
function withoutFirst(request: GenerateRequest, takes: number): GenerateRequest {
  const { ask, seed } = request;
  return { ...request, seed: (seed + takes) % 2 ** 32, ask: { ...ask, takes: ask.takes - takes } };
}
