import type { Handlers } from '../contract/contract.ts';

/** Handlers whose running calls can be waited for: whoever ends the app lets a save come to its end. */
export function inFlight(handlers: Handlers): { handlers: Handlers; settled(): Promise<void> } {
  const running = new Set<Promise<unknown>>();
  const watched = Object.entries(handlers).map(([name, handle]) => [
    name,
    (params: never) => {
      const done = (handle as (params: never) => Promise<unknown>)(params);
      const end = (): void => void running.delete(done);
      running.add(done);
      done.then(end, end);
      return done;
    },
  ]);
  return {
    handlers: Object.fromEntries(watched) as Handlers,
    settled: async () => {
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}
