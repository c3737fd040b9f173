import type { EngineState, Settings, Take } from '../../contract/contract.ts';
import { AffettoError } from '../../model/error.ts';
import type { Piece } from '../../model/music/piece.ts';
import { watchOver } from '../process/heartbeat.ts';
import type { ProcessLink } from '../process/link.ts';
import type { FromService, InferenceLine, Progress, RequestName, Requests, ToService } from './protocol.ts';

type InferenceProcess = ProcessLink<ToService, FromService>;

export interface Streams<Params = unknown> {
  onProgress?(progress: Progress): void;
  onTake?(take: Take): void;
  /** What is still to be done, for another process, when the one that was asked is lost; else the same once more. */
  rest?(): Params;
}

interface Pending extends Streams {
  readonly request: RequestName;
  params: unknown;
  /** Processes that were lost over it. */
  losses: number;
  cancelled: boolean;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

const STARTING: EngineState = { state: 'starting', engine: '', reason: '', model: '', message: '' };
/** A process that dies this soon after its start is not started again at once, so that no loop burns the machine. */
const TOO_SOON_MS = 2000;
const MOST_QUICK_DEATHS = 3;
/** Beats of its heart that a process may be silent for, about a second each; reading weights and large pieces takes longer. */
const TOLD_BEATS = 3;
const ENDED_BEATS = 5;
const LONG_BEATS = 60;

const LARGE_CHARACTERS = 150_000;
const LARGE_NOTES = 20_000;

/** Asked of another process when one is lost. What belongs to a state that died with it is for its owner to ask anew. */
const REPEATED: readonly RequestName[] = ['generate', 'import', 'transfer', 'recognise', 'map', 'place'];
/** A request over which so many processes were lost is not tried on another. */
const MOST_LOSSES = 2;

const LOST = Symbol('lost');
const lost = (): AffettoError =>
  new AffettoError(
    'The music engine stopped in the middle of this and is starting again. Nothing of yours is lost: do it once more.',
    'failure',
    { cause: LOST },
  );

/** The process ended in the middle of the work, as often as that is tried again. */
export const isLost = (error: unknown): boolean => error instanceof AffettoError && error.cause === LOST;

/**
 * Owns the inference process: starts it, matches answers to requests, ends it when it stands still, starts it again when it
 * is gone, and has another one do what it was doing.
 */
export class InferenceClient {
  state: EngineState = STARTING;
  /** How often the process has been started; what an earlier one knew is lost. */
  starts = 0;
  readonly #spawn: () => InferenceLine;
  readonly #onState: (state: EngineState) => void;
  readonly #pending = new Map<number, Pending>();
  /** null: it only listens, and needs no model to write with. */
  #configuration: Pick<Settings, 'engine' | 'model'> | null;
  #process: InferenceProcess | null = null;
  #nextId = 1;
  #closed = false;
  #startedAt = 0;
  #quickDeaths = 0;
  /** What is told again when a process that stood still comes back. */
  #before: EngineState | null = null;

  constructor(
    spawn: () => InferenceLine,
    configuration: Pick<Settings, 'engine' | 'model'> | null,
    onState: (state: EngineState) => void,
  ) {
    this.#spawn = spawn;
    this.#configuration = configuration;
    this.#onState = onState;
    this.#start();
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Sends a request and resolves with its result; takes and progress arrive through `streams`. */
  request<N extends RequestName>(
    request: N,
    params: Requests[N]['params'],
    streams: Streams<Requests[N]['params']> = {},
  ): { id: number; done: Promise<Requests[N]['result']> } {
    const id = this.#nextId++;
    const done = new Promise<Requests[N]['result']>((resolve, reject) => {
      if (!this.#process) {
        reject(new AffettoError('The music engine is not running. Restart it in the settings.', 'failure'));
        return;
      }
      const pending: Pending = {
        ...streams,
        request,
        params,
        losses: 0,
        cancelled: false,
        resolve: resolve as (value: unknown) => void,
        reject,
      };
      this.#pending.set(id, pending);
      this.#process.send({ id, request, params });
    });
    return { id, done };
  }

  cancel(id: number): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    pending.cancelled = true;
    this.#process?.send({ id, cancel: true });
  }

  async configure(configuration: Pick<Settings, 'engine' | 'model'>): Promise<EngineState> {
    this.#configuration = configuration;
    return this.request('configure', configuration).done;
  }

  /** Ends the process and starts a fresh one; requests under way fail with a plain message. */
  restart(): void {
    this.#quickDeaths = 0;
    this.#failPending(() => true);
    if (this.#process) this.#process.kill();
    else this.#start();
  }

  dispose(): void {
    this.#closed = true;
    this.#process?.kill();
  }

  #start(): void {
    const child = watchOver<ToService, FromService>(this.#spawn(), {
      tellAfter: TOLD_BEATS,
      killAfter: () => (this.#isLoading() || this.#isAtLarge() ? LONG_BEATS : ENDED_BEATS),
      onSilent: (silent) => this.#onSilent(child, silent),
    });
    this.#process = child;
    this.#startedAt = Date.now();
    this.#before = null;
    this.starts++;
    child.onMessage((message) => this.#receive(message));
    child.onExit(() => this.#onExit(child));
    const waiting = [...this.#pending];
    if (this.#configuration) this.request('configure', this.#configuration).done.catch(() => {});
    for (const [id, { request, params, cancelled }] of waiting) {
      child.send({ id, request, params });
      if (cancelled) child.send({ id, cancel: true });
    }
  }

  #isLoading(): boolean {
    return [...this.#pending.values()].some(({ request }) => request === 'configure');
  }

  /** A file or a piece of a size that is listened to for long. */
  #isAtLarge(): boolean {
    return [...this.#pending.values()].some(({ params }) => {
      const { base64, piece } = params as { base64?: string; piece?: Piece };
      return (base64?.length ?? 0) > LARGE_CHARACTERS || (piece?.notes.length ?? 0) > LARGE_NOTES;
    });
  }

  #onSilent(child: InferenceProcess, silent: boolean): void {
    if (child !== this.#process || this.#isLoading()) return;
    if (silent) {
      this.#before = this.state;
      const message = 'The music engine does not answer. It is started anew if that goes on.';
      this.#setState({ ...this.state, state: 'restarting', message });
    } else if (this.#before) {
      this.#setState(this.#before);
      this.#before = null;
    }
  }

  #receive(message: FromService): void {
    if ('state' in message) {
      this.#setState(message.state);
      return;
    }
    const pending = this.#pending.get(message.id);
    if (!pending) return;
    if ('progress' in message) pending.onProgress?.(message.progress);
    else if ('take' in message) pending.onTake?.(message.take);
    else {
      this.#pending.delete(message.id);
      if ('error' in message) pending.reject(new AffettoError(message.error.message, message.error.kind));
      else pending.resolve(message.result);
    }
  }

  #onExit(child: InferenceProcess): void {
    if (child !== this.#process) return;
    this.#process = null;
    this.#quickDeaths = Date.now() - this.#startedAt < TOO_SOON_MS ? this.#quickDeaths + 1 : 0;
    const givenUp = this.#closed || this.#quickDeaths >= MOST_QUICK_DEATHS;
    for (const pending of this.#pending.values()) pending.losses++;
    this.#failPending(
      ({ request, losses }) => givenUp || losses >= MOST_LOSSES || !REPEATED.includes(request),
    );
    for (const pending of this.#pending.values()) pending.params = pending.rest?.() ?? pending.params;
    if (this.#closed) return;
    if (givenUp) {
      this.#setState({
        ...this.state,
        state: 'failed',
        message: 'The music engine keeps stopping. Restart it, or choose another engine, in the settings.',
      });
      return;
    }
    const again = this.#pending.size > 0 ? ' What it was doing is done once more.' : '';
    this.#setState({
      ...this.state,
      state: 'restarting',
      message: `The music engine stopped and is starting again.${again}`,
    });
    this.#start();
  }

  #failPending(which: (pending: Pending) => boolean): void {
    for (const [id, pending] of this.#pending) {
      if (!which(pending)) continue;
      this.#pending.delete(id);
      pending.reject(lost());
    }
  }

  #setState(state: EngineState): void {
    this.state = state;
    this.#onState(state);
  }
}
