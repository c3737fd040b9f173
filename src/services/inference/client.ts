import type { EngineState, Settings, Take } from '../../contract/contract.ts';
import { AffettoError } from '../../model/error.ts';
import type { FromService, Progress, RequestName, Requests, ServiceProcess } from './protocol.ts';

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
  onProgress?(progress: Progress): void;
  onTake?(take: Take): void;
}

export interface Streams {
  onProgress?(progress: Progress): void;
  onTake?(take: Take): void;
}

const STARTING: EngineState = { state: 'starting', engine: '', reason: '', model: '', message: '' };
/** A process that dies this soon after its start is not started again at once, so that no loop burns the machine. */
const TOO_SOON_MS = 2000;
const MOST_QUICK_DEATHS = 3;

/** Owns the inference process: starts it, matches answers to requests, starts it again when it is killed. */
export class InferenceClient {
  state: EngineState = STARTING;
  /** How often the process has been started; what an earlier one knew is lost. */
  starts = 0;
  readonly #spawn: () => ServiceProcess;
  readonly #onState: (state: EngineState) => void;
  readonly #pending = new Map<number, Pending>();
  #configuration: Pick<Settings, 'engine' | 'model'>;
  #process: ServiceProcess | null = null;
  #nextId = 1;
  #closed = false;
  #startedAt = 0;
  #quickDeaths = 0;

  constructor(
    spawn: () => ServiceProcess,
    configuration: Pick<Settings, 'engine' | 'model'>,
    onState: (state: EngineState) => void,
  ) {
    this.#spawn = spawn;
    this.#configuration = configuration;
    this.#onState = onState;
    this.#start();
  }

  /** Sends a request and resolves with its result; takes and progress arrive through `streams`. */
  request<N extends RequestName>(
    request: N,
    params: Requests[N]['params'],
    streams: Streams = {},
  ): { id: number; done: Promise<Requests[N]['result']> } {
    const id = this.#nextId++;
    const done = new Promise<Requests[N]['result']>((resolve, reject) => {
      if (!this.#process) {
        reject(new AffettoError('The music engine is not running. Restart it in the settings.', 'failure'));
        return;
      }
      this.#pending.set(id, { resolve: resolve as (value: unknown) => void, reject, ...streams });
      this.#process.send({ id, request, params });
    });
    return { id, done };
  }

  cancel(id: number): void {
    if (this.#pending.has(id)) this.#process?.send({ id, cancel: true });
  }

  async configure(configuration: Pick<Settings, 'engine' | 'model'>): Promise<EngineState> {
    this.#configuration = configuration;
    return this.request('configure', configuration).done;
  }

  /** Ends the process and starts a fresh one; requests under way fail with a plain message. */
  restart(): void {
    this.#quickDeaths = 0;
    if (this.#process) this.#process.kill();
    else this.#start();
  }

  dispose(): void {
    this.#closed = true;
    this.#process?.kill();
  }

  #start(): void {
    const child = this.#spawn();
    this.#process = child;
    this.#startedAt = Date.now();
    this.starts++;
    child.onMessage((message) => this.#receive(message));
    child.onExit(() => this.#onExit(child));
    this.request('configure', this.#configuration).done.catch(() => {});
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

  #onExit(child: ServiceProcess): void {
    if (child !== this.#process) return;
    this.#process = null;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const one of pending) {
      one.reject(
        new AffettoError(
          'The music engine stopped in the middle of this and is starting again. Nothing of yours is lost: do it once more.',
          'failure',
        ),
      );
    }
    if (this.#closed) return;
    this.#quickDeaths = Date.now() - this.#startedAt < TOO_SOON_MS ? this.#quickDeaths + 1 : 0;
    if (this.#quickDeaths >= MOST_QUICK_DEATHS) {
      this.#setState({
        ...this.state,
        state: 'failed',
        message: 'The music engine keeps stopping. Restart it, or choose another engine, in the settings.',
      });
      return;
    }
    this.#setState({
      ...this.state,
      state: 'restarting',
      message: 'The music engine stopped and is starting again.',
    });
    this.#start();
  }

  #setState(state: EngineState): void {
    this.state = state;
    this.#onState(state);
  }
}
