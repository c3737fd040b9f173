import type { GenerateRequest, Hello, Job, Take } from '../../contract/contract.ts';
import type { Ask, Clip } from '../../contract/document.ts';
import { type AnyElement, movesPedal } from '../../contract/elements.ts';
import { problemsOf } from '../generate/ask-checks.ts';
import { type Nudge, nudged } from '../generate/nudge.ts';
import { fillSection } from '../parts/arrangement.ts';
import type { Notice } from '../shared/notices.svelte.ts';
import { addClips, clipFromTake, nextTakeName, withClip } from './clips.ts';
import { nextSeed, type Renewal, renewalAgain, renewalOf, requestFor } from './requests.ts';
import { newSeed } from './seed.ts';
import type { Session } from './session.svelte.ts';

/** What to do with what a job brings: new takes, or one element of a clip replaced in place. */
type Purpose = { kind: 'takes'; from?: Clip } | { kind: 'reroll'; clipId: string; element: AnyElement };

interface Running {
  id: string;
  request: GenerateRequest;
  purpose: Purpose;
  /** Indices of the takes that came; one may be told twice. */
  seen: ReadonlySet<number>;
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
  /** The tempo that the DAW sends, if it does. */
  readonly #dawBpm: () => number | null;
  /** Takes may arrive before the answer to generate.start. */
  readonly #early = new Map<string, Take[]>();
  readonly #ended = new Map<string, { state: Job['state']; message?: string }>();

  constructor(session: Session, hello: Hello, dawBpm: () => number | null) {
    this.#session = session;
    this.#dawBpm = dawBpm;
    const { api } = session;
    api.on('generate.progress', ({ jobId, ...progress }) => {
      this.#update(jobId, progress);
      if (progress.wordsPerSecond > 0) this.lastSpeed = progress.wordsPerSecond;
    });
    api.on('generate.take', ({ jobId, take }) => this.#take(jobId, take));
    api.on('generate.end', ({ jobId, state, message }) => this.#end(jobId, state, message));
    // What was told while the connection was away was not heard.
    api.onConnection?.((up) => up && void this.pickUp());
    this.#resume(hello.jobs);
  }

  get busy(): boolean {
    return this.running.length > 0;
  }

  /** Generates takes: of new music, or of the unlocked elements and the chosen bars of the current clip. */
  async generate(): Promise<void> {
    const { doc, bars, notices, showsWhole } = this.#session;
    // Bars of the whole song are no bars of a clip.
    const renewal = showsWhole ? null : renewalOf(doc, bars);
    if (renewal?.elements.length === 0) {
      notices.tell('Every element is locked, so there is nothing to write. Unlock one of the lanes.');
      return;
    }
    const { chords, range } = problemsOf(doc.ask);
    if (chords ?? range) notices.fail(chords ?? range);
    else await this.#ask(doc.ask, renewal, doc.ask.seed ?? newSeed(), { kind: 'takes' });
  }

  /** Takes of bars that a clip, or the song, does not have yet. */
  async write(ask: Ask, renewal: Renewal): Promise<void> {
    await this.#ask(ask, renewal, ask.seed ?? newSeed(), { kind: 'takes' });
  }

  /** One more take of what a take was asked for, with the next seed. */
  async again(clip: Clip): Promise<void> {
    const { clips } = this.#session.doc;
    if (!clip.ask) return;
    const renewal = renewalAgain(clip, clips);
    if (clip.renewed && !renewal) {
      this.#session.notices.tell(
        `The clip that ${clip.name} was written from is no longer here. Undo brings it back; Reuse puts the settings into the generator.`,
      );
      return;
    }
    await this.#ask({ ...clip.ask, takes: 1 }, renewal, nextSeed(clip, clips), { kind: 'takes' });
  }

  /** A new take that is the clip a step on: darker, brighter, calmer or livelier, in the elements that carry it. */
  async nudge(clip: Clip, nudge: Nudge): Promise<void> {
    const { doc, bars, notices } = this.#session;
    const wanted = nudged(nudge, clip, doc, clip.id === doc.currentId ? bars : null);
    if (wanted) await this.#ask(wanted.ask, wanted.renewal, newSeed(), { kind: 'takes', from: clip });
    else notices.tell(`All that makes it ${nudge.word} is locked. Unlock one of the lanes.`);
  }

  /** Writes one element of the current clip anew, in the chosen bars or everywhere, in place. */
  async reroll(element: AnyElement): Promise<void> {
    const { doc, current, bars, showsWhole } = this.#session;
    if (!current || showsWhole) return;
    // The pedal goes with the notes, unless it is to stay.
    const withPedal = movesPedal(element) && current.piece.pedal !== undefined && !doc.locks.pedal;
    const elements: AnyElement[] = withPedal ? [element, 'pedal'] : [element];
    const [fromBar, toBar] = bars ? [bars.from, bars.to] : [0, current.piece.barBeats.length];
    await this.#ask({ ...doc.ask, takes: 1 }, { clip: current, elements, fromBar, toBar }, newSeed(), {
      kind: 'reroll',
      clipId: current.id,
      element,
    });
  }

  async #ask(ask: Ask, renewal: Renewal | null, seed: number, purpose: Purpose): Promise<void> {
    const { doc, current } = this.#session;
    const piece = current?.piece ?? null;
    const dawBpm = this.#dawBpm();
    await this.#start(requestFor(ask, renewal, { projectId: doc.id, seed, piece, dawBpm }), purpose);
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

  /** After another song was opened, or the connection came back: what was written meanwhile is put in. */
  async pickUp(): Promise<void> {
    const projectId = this.#session.doc.id;
    const jobs = await this.#session.api.call('generate.jobs', { projectId }).catch(() => []);
    if (projectId === this.#session.doc.id) this.#resume(jobs);
  }

  /** After a reload: takes that came meanwhile are put in, jobs that still run are followed. */
  #resume(jobs: readonly Job[]): void {
    for (const job of jobs) {
      if (!this.running.some(({ id }) => id === job.id)) this.#track(job.id, job.request, { kind: 'takes' });
      for (const take of job.takes) this.#take(job.id, take);
      if (job.state !== 'running') this.#end(job.id, job.state, job.message);
    }
  }

  #track(id: string, request: GenerateRequest, purpose: Purpose): void {
    const nothingYet = { seen: new Set<number>(), got: 0, part: 0, words: 0, wordsPerSecond: 0 };
    this.running = [...this.running, { id, request, purpose, ...nothingYet }];
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
    // Another song is open: the host keeps the take until this one is opened again.
    if (!this.#session.owns(job.request.projectId) || job.seen.has(take.index)) return;
    this.#update(jobId, { seen: new Set([...job.seen, take.index]), got: job.got + 1 });
    const { purpose } = job;
    if (purpose.kind === 'takes') {
      this.#session.change(
        'generate',
        (doc) => {
          const clip = clipFromTake(job, take, nextTakeName(doc), purpose.from);
          const added = addClips(doc, [clip], job.got === 0);
          return job.got === 0 ? fillSection(added, job.request.base?.section, clip.id) : added;
        },
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

  /** After a failure: what has not come is asked for once more, under the seeds that it would have had. */
  #wayOn({ request, purpose, got }: Running): Notice['action'] {
    const takes = request.ask.takes - got;
    if (takes <= 0 || !this.#session.owns(request.projectId)) return undefined;
    const rest = { ...request, seed: (request.seed + got) % 2 ** 32, ask: { ...request.ask, takes } };
    return { label: got > 0 ? 'Write the rest' : 'Try again', run: () => void this.#start(rest, purpose) };
  }

  #end(jobId: string, state: Job['state'], message?: string): void {
    const job = this.running.find((one) => one.id === jobId);
    if (!job) {
      this.#ended.set(jobId, { state, message });
      return;
    }
    this.running = this.running.filter((job) => job.id !== jobId);
    if (state === 'failed') this.#session.notices.fail(message ?? NO_REASON, this.#wayOn(job));
    if (this.#session.owns(job.request.projectId))
      this.#session.api.call('generate.settle', { jobId }).catch(() => {});
  }
}

const NO_REASON =
  'Writing this failed, and no reason was given. Try again, or restart the engine in the settings.';
