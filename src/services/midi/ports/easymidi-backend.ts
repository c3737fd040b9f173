import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import type { Message } from '../message.ts';
import { addressOf, alsaAddresses, alsaConnected, alsaPeers } from './alsa-connections.ts';
import type { Input, InputListener, MidiBackend, Output } from './output.ts';

/** The native port under an easymidi port: close() leaves a virtual port visible, only destroy() removes it. */
interface NativePort {
  destroy(): void;
  openPort(index: number): void;
  on(event: 'message', listener: (deltaSeconds: number, bytes: number[]) => void): void;
}
interface Easymidi {
  Output: new (
    name: string,
    virtual?: boolean,
  ) => { send(type: string, argument?: object): void; _output: NativePort };
  Input: new (name: string, virtual?: boolean) => { _input: NativePort };
}
interface Native {
  Output: { getPortNames(): string[] };
  Input: { getPortNames(): string[] };
}

const CHANNEL_TYPES = [
  'noteoff',
  'noteon',
  'poly aftertouch',
  'cc',
  'program',
  'channel aftertouch',
  'pitch',
];
const SYSTEM_TYPES: Record<number, string> = {
  242: 'position', 248: 'clock', 250: 'start', 251: 'continue', 252: 'stop',
}; // biome-ignore format: a table

/** The machine's MIDI through easymidi (RtMidi: CoreMIDI, ALSA, WinMM). Loads it now; never throws, see `missing`. */
export function createEasymidiBackend(platform: NodeJS.Platform = process.platform): MidiBackend {
  const require = createRequire(import.meta.url);
  let easymidi: Easymidi | null = null;
  let native: Native | null = null;
  let missing: MidiBackend['missing'] = null;
  try {
    easymidi = require('easymidi') as Easymidi;
    native = require('@julusian/midi') as Native;
    // Loading succeeds without a sequencer in the kernel; the first use is what fails.
    native.Output.getPortNames();
  } catch (error) {
    missing = explain(error, platform);
  }
  return {
    missing,
    virtualPorts: missing === null && platform !== 'win32',
    // easymidi's own lists leave a client open at every call; these do not.
    outputs: () => numbered(native?.Output.getPortNames() ?? []),
    inputs: () => numbered(native?.Input.getPortNames() ?? []),
    connected: alsaConnected,
    openOutput: (name) => outputOn(new easymidi!.Output(name)),
    createOutput: (name, connect = []) => {
      const before = alsaAddresses(name);
      const port = new easymidi!.Output(name, true);
      const address = alsaAddresses(name).find((one) => !before.includes(one));
      connectAgain(port._output, native!.Output.getPortNames(), connect, (peer) => [address, peer]);
      return { ...outputOn(port), ...connectionsOf(address) };
    },
    openInput: (name, listener) => inputOn(new easymidi!.Input(name), listener),
    createInput: (name, listener, connect = []) => {
      const before = alsaAddresses(name);
      const port = new easymidi!.Input(name, true);
      const address = alsaAddresses(name).find((one) => !before.includes(one));
      connectAgain(port._input, native!.Input.getPortNames(), connect, (peer) => [peer, address]);
      return { ...inputOn(port, listener), ...connectionsOf(address) };
    },
  };
}

/** Two programs may name a port alike: whose listeners they are is told by the number of our own client. */
function connectionsOf(address: string | undefined): { connections?(): string[] } {
  return address === undefined ? {} : { connections: () => alsaPeers(address) };
}

/**
 * RtMidi connects a port that is there already instead of opening another one; one connection is all it can do. The others
 * are ALSA's own tool's, where that is installed.
 */
function connectAgain(
  port: NativePort,
  names: readonly string[],
  peers: readonly string[],
  link: (peer: string) => [string | undefined, string | undefined],
): void {
  const there = peers.map((peer) => names.indexOf(peer)).filter((index) => index >= 0);
  there.forEach((index, i) => {
    const [from, to] = link(addressOf(names[index]));
    if (i === 0) port.openPort(index);
    else if (from && to) execFile('aconnect', [from, to], () => {});
  });
}

function outputOn(port: InstanceType<Easymidi['Output']>): Output {
  return {
    send: (message) => {
      const [type, argument] = toEasymidi(message);
      port.send(type, argument);
    },
    close: () => port._output.destroy(),
  };
}

function inputOn(port: InstanceType<Easymidi['Input']>, listener: InputListener): Input {
  // easymidi's events drop the driver's time stamps, which tell more about a clock than our event loop does.
  port._input.on('message', (deltaSeconds, bytes) => listener(bytes, deltaSeconds));
  return { close: () => port._input.destroy() };
}

/** A message in easymidi's words. */
export function toEasymidi(message: Message): [string, object] {
  const [status, one, two] = message;
  if (status >= 0xf0) return [SYSTEM_TYPES[status], status === 0xf2 ? { value: one + 128 * two } : {}];
  const type = CHANNEL_TYPES[(status >> 4) - 8];
  const channel = status & 0x0f;
  switch (type) {
    case 'noteoff':
    case 'noteon':
      return [type, { channel, note: one, velocity: two }];
    case 'cc':
      return [type, { channel, controller: one, value: two }];
    case 'program':
      return [type, { channel, number: one }];
    case 'pitch':
      return [type, { channel, value: one + 128 * two }];
    case 'channel aftertouch':
      return [type, { channel, pressure: one }];
    default:
      return [type, { channel, note: one, pressure: two }];
  }
}

/** The way easymidi tells ports of the same name apart: name, name1, name2 … */
function numbered(names: readonly string[]): string[] {
  const result: string[] = [];
  for (const name of names) {
    let unique = name;
    for (let count = 1; result.includes(unique); count++) unique = name + count;
    result.push(unique);
  }
  return result;
}

function explain(error: unknown, platform: NodeJS.Platform): { reason: string; advice: string } {
  const text = error instanceof Error ? error.message : String(error);
  if (/Cannot find module|ERR_MODULE|No native build/.test(text)) {
    return {
      reason: `A part of Affetto is missing: ${text.split('\n')[0]}.`,
      advice: 'Install Affetto again.',
    };
  }
  if (platform === 'linux' && /libasound/.test(text)) {
    return {
      reason: 'The ALSA library is not installed.',
      advice: 'Install libasound2 (Debian, Ubuntu) or alsa-lib (Fedora, Arch) and start Affetto again.',
    };
  }
  if (platform === 'linux' && /initialise RtMidi/.test(text)) {
    return {
      reason: 'This system has no ALSA sequencer, or may not use it.',
      advice:
        'Load it with `sudo modprobe snd-seq` and see that /dev/snd/seq may be read and written (group audio). ' +
        'Until then, drag or export MIDI files.',
    };
  }
  if (platform === 'linux') {
    return {
      reason: `MIDI can't be used: ${text}.`,
      advice: 'Until this is mended, drag or export MIDI files.',
    };
  }
  if (platform === 'darwin') {
    return {
      reason: `CoreMIDI can't be used: ${text}.`,
      advice:
        'Restart the MIDI server (quit all music programs, then start Affetto again), or drag MIDI files.',
    };
  }
  return {
    reason: `Windows MIDI can't be used: ${text}.`,
    advice: 'Restart the Windows MIDI service or the computer. Until then, drag or export MIDI files.',
  };
}
