import type { GenerateRequest, Hello, Job, Take } from '../../contract.ts';
import type { Element } from '../../model/tokens/vocabulary.ts';
import { ELEMENTS } from '../../model/tokens/vocabulary.ts';
import { emotionPerBar } from '../emotion/path.ts';
import { addClips, clipFromTake, nextTakeName, withClip } from './clips.ts';
import type { Session } from './session.svelte.ts';

/** What to do with what a job brings: new takes, or one element of a clip replaced in place. */
type Purpose = { kind: 'takes' } | { kind: 'reroll'; clipId: string; element: Element };

interface Running {
  id: string;
  request: GenerateRequest;
  purpose: Purpose;
  got: number;
  part: number;
  words: number;
  wordsPerSecond: number;
}

/** Asks for music and takes it in as it comes. */
export class Generation {
  running = $state.raw<readonly Running[]>([]);
  /** Speed of the last job, for the engine read-out. */
  lastSpeed = $state(0);
  readonly #session: Session;
  /** Takes may arrive before the answer to generate.start. */
  readonly #early = new Map<string, Take[]>();
  readonly #ended = new Map<string, { state: Job['state']; message?: string }>();

  constructor(session: Session, hello: Hello) {
    this.#session = session;
    const { api } = session;
    api.on('generate.progress', ({ jobId, ...progress }) => {
      this.#update(jobId, progress);
      if (progress.wordsPerSecond > 0) this.lastSpeed = progress.wordsPerSecond;
    });
    api.on('generate.take', ({ jobId, take }) => this.#take(jobId, take));
    api.on('generate.end', ({ jobId, state, message }) => this.#end(jobId, state, message));
    this.#resume(hello.jobs);
  }

  get busy(): boolean {
    return this.running.length > 0;
  }

  /** Generates takes: of new music, or of the unlocked elements and the chosen bars of the current clip. */
  async generate(): Promise<void> {
    const { doc, current, bars: range } = this.#session;
    // Keeping the chords is keeping that element of the current clip.
    const keepsChords = doc.ask.chords === 'keep' && current !== null;
    const locked = ELEMENTS.filter((element) => doc.locks[element] || (keepsChords && element === 'chord'));
    if (locked.length === ELEMENTS.length) {
      this.#session.notices.tell(
        'Every element is locked, so there is nothing to write. Unlock one of the lanes.',
      );
      return;
    }
    const keeps = current !== null && (locked.length > 0 || range !== null);
    const count = keeps ? current.piece.barBeats.length : doc.ask.bars;
    await this.#start(
      {
        projectId: doc.id,
        ask: { ...doc.ask, bars: Math.min(64, count) },
        bars: emotionPerBar(doc.ask.emotion, doc.ask.path, Math.min(64, count)),
        seed: doc.ask.seed ?? newSeed(),
        base: keeps
          ? {
              piece: current.piece,
              renew: ELEMENTS.filter((element) => !locked.includes(element)),
              fromBar: range?.from ?? 0,
              toBar: range?.to ?? count,
            }
          : null,
      },
      { kind: 'takes' },
    );
  }

  /** Writes one element of the current clip anew, in the chosen bars or everywhere, in place. */
  async reroll(element: Element): Promise<void> {
    const { doc, current, bars: range } = this.#session;
    if (!current) return;
    const count = current.piece.barBeats.length;
    await this.#start(
      {
        projectId: doc.id,
        ask: { ...doc.ask, takes: 1, bars: Math.min(64, count) },
        bars: emotionPerBar(doc.ask.emotion, doc.ask.path, Math.min(64, count)),
        seed: newSeed(),
        base: {
          piece: current.piece,
          renew: [element],
          fromBar: range?.from ?? 0,
          toBar: range?.to ?? count,
        },
      },
      { kind: 'reroll', clipId: current.id, element },
    );
  }

  cancel(): void {
    for (const job of this.running) {
      this.#session.api
        .call('generate.cancel', { jobId: job.id })
        .catch((error) => this.#session.notices.fail(error));
    }
  }

  async #start(request: GenerateRequest, purpose: Purpose): Promise<void> {
    try {
      const { jobId } = await this.#session.api.call('generate.start', request);
      this.#track(jobId, request, purpose);
      for (const take of this.#early.get(jobId) ?? []) this.#take(jobId, take);
      this.#early.delete(jobId);
      const ended = this.#ended.get(jobId);
      this.#ended.delete(jobId);
      if (ended) this.#end(jobId, ended.state, ended.message);
    } catch (error) {
      this.#session.notices.fail(error);
    }
  }

  /** After a reload: takes that came meanwhile are put in, jobs that still run are followed. */
  #resume(jobs: readonly Job[]): void {
    for (const job of jobs) {
      this.#track(job.id, job.request, { kind: 'takes' });
      for (const take of job.takes) this.#take(job.id, take);
      if (job.state !== 'running') this.#end(job.id, job.state, job.message);
    }
  }

  #track(id: string, request: GenerateRequest, purpose: Purpose): void {
    this.running = [...this.running, { id, request, purpose, got: 0, part: 0, words: 0, wordsPerSecond: 0 }];
  }

  #update(id: string, part: Partial<Running>): void {
    this.running = this.running.map((job) => (job.id === id ? { ...job, ...part } : job));
  }

  #take(jobId: string, take: Take): void {
    const job = this.running.find((one) => one.id === jobId);
    if (!job) {
      this.#early.set(jobId, [...(this.#early.get(jobId) ?? []), take]);
      return;
    }
    if (job.request.projectId !== this.#session.doc.id) return;
    this.#update(jobId, { got: job.got + 1 });
    const { purpose } = job;
    if (purpose.kind === 'takes') {
      this.#session.change(
        'generate',
        (doc) =>
          addClips(doc, [clipFromTake(jobId, take, job.request.bars, nextTakeName(doc))], job.got === 0),
        `generate ${jobId}`,
      );
      if (job.got === 0) {
        this.#session.comparing = false;
        if (!job.request.base) this.#session.bars = null;
      }
      return;
    }
    this.#session.change(`re-roll`, (doc) =>
      withClip(doc, purpose.clipId, (clip) => ({
        ...clip,
        piece: take.piece,
        before: clip.piece,
        heardBefore: clip.heard,
        heard: take.heard ?? undefined,
        mix: {},
      })),
    );
  }

  #end(jobId: string, state: Job['state'], message?: string): void {
    if (!this.running.some((job) => job.id === jobId)) {
      this.#ended.set(jobId, { state, message });
      return;
    }
    this.running = this.running.filter((job) => job.id !== jobId);
    if (state === 'failed') this.#session.notices.fail(message ?? 'Generating failed.');
    this.#session.api.call('generate.settle', { jobId }).catch(() => {});
  }
}

/** Short enough to be read out and typed in. */
function newSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] % 100_000;
}
