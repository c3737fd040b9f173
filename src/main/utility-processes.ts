import { join } from 'node:path';
import { app, utilityProcess } from 'electron';
import type { InferenceLine } from '../services/inference/protocol.ts';
import type { MidiLine } from '../services/midi/protocol.ts';
import { memoryLimit, utilityLink } from '../services/process/link.ts';

/** The inference service in a process of its own, at lower priority than the music that plays. */
export const spawnInference = (environment: Record<string, string>, memoryMB?: number): InferenceLine =>
  utilityLink(start('inference.mjs', 'Affetto inference', environment, memoryMB), { humble: true });

export const spawnMidi = (environment: Record<string, string>): MidiLine =>
  utilityLink(start('midi.mjs', 'Affetto MIDI', environment));

function start(script: string, serviceName: string, environment: Record<string, string>, memoryMB?: number) {
  const env = { ...process.env, ...environment };
  const execArgv = memoryLimit(memoryMB);
  return utilityProcess.fork(join(app.getAppPath(), 'out', 'node', script), [], {
    serviceName,
    env,
    execArgv,
  });
}
