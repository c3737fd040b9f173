import { type Beat, isBeat, type ProcessLink } from './link.ts';

const BEAT_MS = 1000;
/** Beats that a process may need to start: another program may look at every file that it loads. */
const STARTING_BEATS = 60;

export interface Vigil {
  /** Beats without a sign of life, about one a second, until the process is said to stand still. */
  readonly tellAfter: number;
  /** And until it is ended; asked each time, as some work is known to take long. */
  killAfter(): number;
  /** It stands still, or has come back. */
  onSilent(silent: boolean): void;
}

/**
 * Watches over a process: one that does not answer is told, then ended, so that its owner finds it gone and starts another.
 * Beats are counted and not the time, which also passes while this process or the whole computer sleeps.
 */
export function watchOver<Out, In>(
  link: ProcessLink<Out | Beat, In | Beat>,
  { tellAfter, killAfter, onSilent }: Vigil,
): ProcessLink<Out, In> {
  let hasStarted = false;
  let missed = 0;
  let silent = false;
  let beat = 0;
  const alive = (): void => {
    hasStarted = true;
    missed = 0;
    if (silent) {
      silent = false;
      onSilent(false);
    }
  };
  const timer = setInterval(() => {
    missed++;
    if (hasStarted && missed > tellAfter && !silent) {
      silent = true;
      onSilent(true);
    }
    if (missed > (hasStarted ? killAfter() : STARTING_BEATS)) {
      clearInterval(timer);
      link.kill();
    } else if (hasStarted) link.send({ beat: ++beat });
  }, BEAT_MS);
  timer.unref?.();
  link.onExit(() => clearInterval(timer));
  return {
    get pid() {
      return link.pid;
    },
    send: (message) => link.send(message),
    onMessage: (listener) =>
      link.onMessage((message) => {
        alive();
        if (!isBeat(message)) listener(message);
      }),
    onExit: (listener) => link.onExit(listener),
    kill: () => link.kill(),
  };
}
