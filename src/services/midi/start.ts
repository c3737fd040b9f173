import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AffettoError } from '../../model/error.ts';
import { forkService } from '../process/link.ts';
import { MidiWatchdog } from './recovery/watchdog.ts';

/** Starts the MIDI service as a child of this Node process. `script` defaults to the built one beside this module. */
export function startMidi(script: string = builtScript()): MidiWatchdog {
  return new MidiWatchdog({ start: (environment) => forkService(script, { environment }) });
}

/** Bundled code lies in out/node or one folder below. */
function builtScript(): string {
  for (const path of ['./midi.mjs', '../midi.mjs', '../../../out/node/midi.mjs']) {
    const file = fileURLToPath(new URL(path, import.meta.url));
    if (existsSync(file)) return file;
  }
  throw new AffettoError('The MIDI service is not built. Run `npm run build` first.', 'failure');
}
