import { Worker } from 'node:worker_threads';
import { createEasymidiBackend } from './easymidi-backend.ts';
import type { MidiBackend } from './output.ts';
import { createWireBackend } from './wire-backend.ts';

/** The first use of MIDI after a Windows start can take seconds, and on some builds never ends. */
const PROBE_MS = 5000;

/** The machine's MIDI. AFFETTO_MIDI_WIRE=<folder> replaces it by files (see wire-backend.ts). */
export async function createBackend(
  platform: NodeJS.Platform = process.platform,
  probe: () => Promise<boolean> = probeInWorker,
): Promise<MidiBackend> {
  const wire = process.env.AFFETTO_MIDI_WIRE;
  if (wire) return createWireBackend(wire);
  if (platform === 'win32' && !(await probe())) return silentBackend();
  return createEasymidiBackend(platform);
}

/**
 * Uses MIDI for the first time on another thread, because a call that hangs can't be timed out on its own. True when it
 * came back, whatever it said.
 */
export function probeInWorker(timeoutMs = PROBE_MS, code = PROBE_CODE): Promise<boolean> {
  return new Promise((resolve) => {
    const worker = new Worker(code, { eval: true, workerData: import.meta.url });
    const timer = setTimeout(() => {
      worker.unref();
      resolve(false);
    }, timeoutMs);
    const answered = () => {
      clearTimeout(timer);
      resolve(true);
    };
    worker.once('error', answered);
    worker.once('exit', answered);
  });
}

const PROBE_CODE = `
const { createRequire } = require('node:module');
const { workerData } = require('node:worker_threads');
createRequire(workerData)('@julusian/midi').Output.getPortNames();
`;

function silentBackend(): MidiBackend {
  const refuse = () => {
    throw new Error('Windows MIDI does not answer');
  };
  return {
    missing: {
      reason: 'Windows MIDI did not answer within five seconds.',
      advice:
        'Install the latest Windows updates (a fault of 2026 lets only the first program use MIDI), restart the computer ' +
        'and start Affetto before other music programs. Until then, drag or export MIDI files.',
    },
    virtualPorts: false,
    outputs: () => [],
    inputs: () => [],
    openOutput: refuse,
    openInput: refuse,
    createOutput: refuse,
    createInput: refuse,
  };
}
