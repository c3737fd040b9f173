import { appendFileSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Message } from '../message.ts';
import type { MidiBackend, Output } from './output.ts';

/**
 * Ports that are files in a folder, for tests and diagnosis over process boundaries: what is sent to port `x` is appended
 * to `x.wire`, a line a message: microseconds since the epoch, then the bytes in hex. An existing port is there as long as
 * `x.port` exists. No inputs.
 */
export function createWireBackend(folder: string): MidiBackend {
  const ports = () =>
    readdirSync(folder)
      .filter((file) => file.endsWith('.port'))
      .map((file) => file.slice(0, -'.port'.length));
  const open = (name: string, needed: string | null): Output => ({
    send: (message: Message) => {
      if (needed && !existsSync(needed)) throw new Error(`MIDI port ${name} is gone`);
      const time = Math.round((performance.timeOrigin + performance.now()) * 1000);
      const bytes = message.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
      appendFileSync(join(folder, `${name}.wire`), `${time} ${bytes}\n`);
    },
    close: () => {},
  });
  return {
    missing: null,
    virtualPorts: true,
    outputs: ports,
    inputs: () => [],
    openOutput: (name) => {
      const file = join(folder, `${name}.port`);
      if (!existsSync(file)) throw new Error(`No MIDI output found with name: ${name}`);
      return open(name, file);
    },
    createOutput: (name) => open(name, null),
    openInput: () => ({ close: () => {} }),
    createInput: () => ({ close: () => {} }),
  };
}
