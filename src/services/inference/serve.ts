import type { Take } from '../../contract/contract.ts';
import { AffettoError } from '../../model/error.ts';
import type { FromService, Progress, RequestName, Requests, ToService } from './protocol.ts';

export interface Reply {
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
  take(take: Take): void;
}

/** What the process can do: one function a request. */
export type Composer = {
  [N in RequestName]: (params: Requests[N]['params'], reply: Reply) => Promise<Requests[N]['result']>;
};

/** Runs requests against a composer; an abort of one never touches another. */
export function serveRequests(
  composer: Composer,
  send: (message: FromService) => void,
): (message: ToService) => void {
  const running = new Map<number, AbortController>();
  return (message) => {
    if ('cancel' in message) {
      running.get(message.id)?.abort();
      return;
    }
    const { id, request, params } = message;
    const controller = new AbortController();
    running.set(id, controller);
    const reply: Reply = {
      signal: controller.signal,
      progress: (progress) => send({ id, progress }),
      take: (take) => send({ id, take }),
    };
    const handler = composer[request] as ((params: unknown, reply: Reply) => Promise<unknown>) | undefined;
    Promise.resolve()
      .then(() => {
        if (!handler) throw new AffettoError(`the engine knows no request '${request}'`, 'failure');
        return handler(params, reply);
      })
      .then(
        (result) => send({ id, result }),
        (error: unknown) => send({ id, error: describe(error) }),
      )
      .finally(() => running.delete(id));
  };
}

function describe(error: unknown): { message: string; kind: 'input' | 'failure' } {
  if (error instanceof AffettoError) return { message: error.message, kind: error.kind };
  return { message: error instanceof Error ? error.message : String(error), kind: 'failure' };
}
