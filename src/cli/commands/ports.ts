import { parseArgs } from 'node:util';
import { startMidi } from '../../services/midi/start.ts';
import type { Command } from '../command.ts';

export const command: Command = {
  summary: 'list the MIDI ports of this machine',
  usage: `affetto ports [--json]

Prints outputs and inputs by the names that --port takes. Where MIDI can't be used, says what is missing.
  --json   one object: {status, outputs, inputs, loopback?}`,
  async run(args, io) {
    const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean' } } });
    const midi = startMidi();
    const ports = await midi.call('ports').finally(() => void midi.quit());
    if (values.json) {
      io.out(JSON.stringify(ports));
      return;
    }
    if (!ports.status.available) {
      io.err(`affetto: ${ports.status.reason} ${ports.status.advice}`);
      return;
    }
    io.out('Outputs');
    for (const name of ports.outputs) io.out(`  ${name}`);
    if (ports.outputs.length === 0) io.out('  (none)');
    io.out('Inputs');
    for (const name of ports.inputs) io.out(`  ${name}`);
    if (ports.inputs.length === 0) io.out('  (none)');
    if (ports.status.virtualPorts)
      io.err('affetto: while it plays, Affetto also makes its own port (--virtual NAME).');
    else if (ports.loopback) io.err(`affetto: without --port, '${ports.loopback.output}' is used.`);
  },
};
