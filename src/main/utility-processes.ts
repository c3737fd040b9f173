import { join } from 'node:path';
import { app, utilityProcess } from 'electron';
import type { FromService, ServiceProcess } from '../services/inference/protocol.ts';
import { lowerPriority } from '../services/inference/spawn.ts';
import { type ServiceLink, utilityLink } from '../services/midi/link.ts';

const built = (name: string): string => join(app.getAppPath(), 'out', 'node', name);

/** The inference service in a process of its own, at lower priority than the music that plays. */
export function spawnInference(env: Record<string, string>): ServiceProcess {
  const child = utilityProcess.fork(built('inference.mjs'), [], {
    serviceName: 'Affetto inference',
    env: { ...process.env, ...env },
  });
  child.once('spawn', () => lowerPriority(child.pid));
  return {
    send: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on('message', (message) => listener(message as FromService)),
    onExit: (listener) => void child.once('exit', () => listener()),
    kill: () => void child.kill(),
  };
}

export function spawnMidi(env: Record<string, string>): ServiceLink {
  const child = utilityProcess.fork(built('midi.mjs'), [], {
    serviceName: 'Affetto MIDI',
    env: { ...process.env, ...env },
  });
  return utilityLink(child);
}
