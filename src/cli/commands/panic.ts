import { parseArgs } from 'node:util';
import { AffettoError } from '../../model/error.ts';
import { startMidi } from '../../services/midi/start.ts';
import type { Command } from '../command.ts';

/** 2048 note-offs a millisecond apart, and some time to spare. */
const FORCE_MS = 2300;

export const command: Command = {
  summary: 'silence every instrument on a MIDI port, or on all of them',
  usage: `affetto panic [--port NAME] [--force]

Sends pedal up, All Sound Off, All Notes Off and Reset Controllers on all 16 channels.
  --port NAME  only this output (default: every output)
  --force      also 128 note-offs on each channel, for instruments that ignore the rest (2 s a port)`,
  async run(args, io) {
    const { values } = parseArgs({
      args: [...args],
      options: { port: { type: 'string' }, force: { type: 'boolean' } },
    });
    const midi = startMidi();
    try {
      const { status, outputs } = await midi.call('ports');
      if (!status.available) throw new AffettoError(`${status.reason} ${status.advice}`, 'failure');
      const names = values.port === undefined ? outputs : [values.port];
      if (names.length === 0) throw new AffettoError('There is no MIDI output to silence.');
      for (const name of names) {
        const { output } = await midi.call('configure', {
          output: { kind: 'existing', name },
          input: { kind: 'none' },
        });
        if (output.state !== 'open') throw new AffettoError(`${name}: ${output.problem}`);
        await midi.call('panic');
        if (values.force) {
          await midi.call('panic');
          await new Promise((resolve) => setTimeout(resolve, FORCE_MS));
        }
        io.out(`silenced ${output.name}`);
      }
    } finally {
      await midi.quit();
    }
  },
};
