import { AffettoError } from '../model/error.ts';
import { InferenceClient, isLost } from '../services/inference/client.ts';
import type { InferenceLine, RequestName, Requests } from '../services/inference/protocol.ts';

/** Once nothing has been listened to for so long, the process goes, and its memory with it. */
const IDLE_MS = 60_000;

/** The largest file that is read, 200,000 notes, takes a process 978 in all (docs/trust.md). */
const MEMORY_MB = 1536;

/** Listens to files and clips in a process of its own, so that writing music never waits for it. Started when it is needed. */
export class Listener {
  readonly #spawn: (memoryMB: number) => InferenceLine;
  #client: InferenceClient | null = null;
  #running = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(spawn: (memoryMB: number) => InferenceLine) {
    this.#spawn = spawn;
  }

  async request<N extends RequestName>(
    request: N,
    params: Requests[N]['params'],
  ): Promise<Requests[N]['result']> {
    this.#client ??= new InferenceClient(
      () => this.#spawn(MEMORY_MB),
      null,
      () => {},
    );
    const client = this.#client;
    clearTimeout(this.#idle);
    this.#running++;
    try {
      return await client.request(request, params).done;
    } catch (error) {
      if (client !== this.#client) throw new AffettoError('Reading was cancelled.');
      if (isLost(error))
        throw new AffettoError(
          'Listening to this ended twice before its end: it may need more memory than it is given. Open a part of it.',
          'failure',
        );
      throw error;
    } finally {
      this.#running--;
      if (this.#running === 0) {
        this.#idle = setTimeout(() => this.cancel(), IDLE_MS);
        this.#idle.unref();
      }
    }
  }

  /** Ends whatever is listened to, at once. */
  cancel(): void {
    const client = this.#client;
    this.#client = null;
    clearTimeout(this.#idle);
    client?.dispose();
  }
}
