import { type ChildProcess, fork } from 'node:child_process';
import { constants, setPriority } from 'node:os';

/** The parent's end of the line to a service in a process of its own, whichever kind of process it is. */
export interface ProcessLink<Out, In> {
  readonly pid: number | undefined;
  send(message: Out): void;
  onMessage(listener: (message: In) => void): void;
  /** Called once when the process is gone for whatever reason. `clean`: it left by itself, with everything ended. */
  onExit(listener: (clean: boolean) => void): void;
  /** Ends the process at once, also one that stands still. */
  kill(): void;
}

/** Goes both ways beside the service's own messages: a process that answers is alive (process/heartbeat.ts). */
export interface Beat {
  readonly beat: number;
}

export function isBeat(message: unknown): message is Beat {
  return message !== null && typeof message === 'object' && Object.hasOwn(message, 'beat');
}

export interface ProcessOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** At lower priority: music that is playing must never wait for it. */
  readonly humble?: boolean;
  /** What it prints to stderr is shown. */
  readonly heard?: boolean;
  /** MB that its objects may take: with more it ends, and nothing else does. */
  readonly memoryMB?: number;
}

/** Arguments of the program that limit a process's memory. */
export const memoryLimit = (memoryMB: number | undefined): string[] =>
  memoryMB === undefined ? [] : [`--max-old-space-size=${memoryMB}`];

/** Starts a built service under plain Node. */
export function forkService<Out, In>(
  script: string,
  {
    environment = {},
    humble = false,
    heard = Boolean(process.env.AFFETTO_DEBUG),
    memoryMB,
  }: ProcessOptions = {},
): ProcessLink<Out | Beat, In | Beat> {
  const child = fork(script, [], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', heard ? 'inherit' : 'ignore', 'ipc'],
    serialization: 'json',
    execArgv: memoryLimit(memoryMB),
  });
  if (humble) lowerPriority(child.pid);
  return {
    get pid() {
      return child.pid;
    },
    send: (message) => void (child.connected && child.send(message as object, () => {})),
    onMessage: (listener) => void child.on('message', (message) => listener(message as In)),
    onExit: (listener) => onceGone(child, listener),
    kill: () => void child.kill('SIGKILL'),
  };
}

/** A process that could not be started at all is gone as well. */
function onceGone(child: ChildProcess, listener: (clean: boolean) => void): void {
  let told = false;
  const tell = (clean: boolean): void => {
    if (!told) listener(clean);
    told = true;
  };
  child.once('exit', (code) => tell(code === 0));
  child.once('error', () => tell(false));
}

/** What is used of Electron's UtilityProcess. */
export interface UtilityProcessLike {
  readonly pid: number | undefined;
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  once(event: 'exit', listener: (code: number) => void): unknown;
  once(event: 'spawn', listener: () => void): unknown;
  kill(): boolean;
}

/** The same for a process that was started by Electron's utilityProcess.fork. */
export function utilityLink<Out, In>(
  child: UtilityProcessLike,
  { humble = false }: Pick<ProcessOptions, 'humble'> = {},
): ProcessLink<Out | Beat, In | Beat> {
  if (humble) child.once('spawn', () => lowerPriority(child.pid));
  return {
    get pid() {
      return child.pid;
    },
    send: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on('message', (message) => listener(message as In)),
    onExit: (listener) => void child.once('exit', (code) => listener(code === 0)),
    kill: () => {
      // Electron asks politely, which a process that stands still does not hear.
      if (!killNow(child.pid)) child.kill();
    },
  };
}

function killNow(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

/** Best effort: some systems refuse, and the app works without it. */
function lowerPriority(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Refused or already gone: priority is a courtesy, not a need.
  }
}
