import { fork } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import type { FromService, ServiceProcess } from './protocol.ts';

/** Starts the inference process under plain Node at lower priority: music that is playing must never wait for it. */
export function forkInference(modulePath: string, env: Record<string, string> = {}): ServiceProcess {
  const child = fork(modulePath, [], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, ...env },
    execArgv: [],
  });
  lowerPriority(child.pid);
  return {
    send: (message) => {
      if (child.connected) child.send(message, () => {});
    },
    onMessage: (listener) => void child.on('message', (message) => listener(message as FromService)),
    onExit: (listener) => {
      let told = false;
      const once = (): void => {
        if (!told) listener();
        told = true;
      };
      child.once('exit', once);
      child.once('error', once);
    },
    kill: () => void child.kill(),
  };
}

/** Best effort: some systems refuse, and the app works without it. */
export function lowerPriority(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Refused or already gone: priority is a courtesy, not a need.
  }
}
