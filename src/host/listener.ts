import { AffettoError } from '../model/error.ts';
import { InferenceClient } from '../services/inference/client.ts';
import type { InferenceLine, RequestName, Requests } from '../services/inference/protocol.ts';

/** Once nothing has been listened to for so long, the process goes, and its memory with it. */
const IDLE_MS = 60_000;

/** Listens to files and clips in a process of its own, so that writing music never waits for it. Started when it is needed. */
export class Listener {
  readonly #spawn: () => InferenceLine;
  #client: InferenceClient | null = null;
  #running = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(spawn: () => InferenceLine) {
    this.#spawn = spawn;
  }

  async request<N extends RequestName>(
    request: N,
    params: Requests[N]['params'],
  ): Promise<Requests[N]['result']> {
    this.#client ??= new InferenceClient(this.#spawn, null, () => {});
    const client = this.#client;
    clearTimeout(this.#idle);
    this.#running++;
    try {
      return await client.request(request, params).done;
    } catch (error) {
      if (client !== this.#client) throw new AffettoError('Reading was cancelled.');
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
