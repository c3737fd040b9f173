import { fork } from 'node:child_process';
import type { FromService, ToService } from './protocol.ts';

/** The parent's end of the line to a MIDI process, whichever kind of process it is. */
export interface ServiceLink {
  post(message: ToService): void;
  onMessage(listener: (message: FromService) => void): void;
  /** Called once when the process is gone. `clean`: it left by itself, with everything ended. */
  onExit(listener: (clean: boolean) => void): void;
  kill(): void;
  readonly pid: number | undefined;
}

/** Starts out/node/midi.mjs (or the script given) under plain Node. */
export function forkMidi(script: string, environment: Record<string, string>): ServiceLink {
  const child = fork(script, [], {
    env: { ...process.env, ...environment },
    // RtMidi prints to stderr what it also throws.
    stdio: ['ignore', 'ignore', process.env.AFFETTO_DEBUG ? 'inherit' : 'ignore', 'ipc'],
    serialization: 'json',
  });
  return {
    post: (message) => void (child.connected && child.send(message, () => {})),
    onMessage: (listener) => void child.on('message', (message) => listener(message as FromService)),
    onExit: (listener) => void child.once('exit', (code) => listener(code === 0)),
    kill: () => void child.kill('SIGTERM'),
    get pid() {
      return child.pid;
    },
  };
}

/** What is used of Electron's UtilityProcess. */
export interface UtilityProcessLike {
  readonly pid: number | undefined;
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  once(event: 'exit', listener: (code: number) => void): unknown;
  kill(): boolean;
}

/** The same for a process started by Electron's utilityProcess.fork, with the environment of the supervisor. */
export function utilityLink(child: UtilityProcessLike): ServiceLink {
  return {
    post: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on('message', (message) => listener(message as FromService)),
    onExit: (listener) => void child.once('exit', (code) => listener(code === 0)),
    kill: () => void child.kill(),
    get pid() {
      return child.pid;
    },
  };
}
