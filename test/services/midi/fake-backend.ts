import type { Message } from '../../../src/services/midi/message.ts';
import type { Input, InputListener, MidiBackend, Output } from '../../../src/services/midi/ports/output.ts';

/** What a fake port received, with the time. */
export interface Heard {
  readonly time: number;
  readonly message: Message;
}

/**
 * A machine without hardware: ports that tests and benches plug, unplug, listen to and speak into. Created ports appear
 * in no list, like one's own ports in RtMidi on macOS.
 */
export class FakeBackend implements MidiBackend {
  missing: MidiBackend['missing'] = null;
  virtualPorts = true;
  readonly outputNames: string[] = [];
  readonly inputNames: string[] = [];
  /** Everything that was sent, by port name; keeps across unplugging. */
  readonly heard = new Map<string, Heard[]>();
  readonly #listeners = new Map<string, InputListener>();
  /** Ports whose send() throws, as when another program took the device. */
  readonly refusing = new Set<string>();
  /** Ports whose connection broke though they are listed. */
  readonly disconnected = new Set<string>();
  readonly open = new Set<string>();
  /** Ports that take messages though they are gone, as ALSA does. */
  readonly swallowing = new Set<string>();
  /** Who is connected to our own ports, by port name. */
  readonly peers = new Map<string, string[]>();
  /** Whom our own ports were to be connected with when they were created. */
  readonly reconnected = new Map<string, readonly string[]>();
  onSend: ((name: string, message: Message) => void) | null = null;

  connected(name: string): boolean {
    return !this.disconnected.has(name);
  }
  outputs(): string[] {
    return [...this.outputNames];
  }
  inputs(): string[] {
    return [...this.inputNames];
  }
  openOutput(name: string): Output {
    if (!this.outputNames.includes(name)) throw new Error(`No MIDI output found with name: ${name}`);
    return this.#output(name, () => this.outputNames.includes(name));
  }
  createOutput(name: string, connect: readonly string[] = []): Output {
    if (connect.length > 0) this.reconnected.set(name, connect);
    return { ...this.#output(name, () => true), connections: () => this.peers.get(name) ?? [] };
  }
  openInput(name: string, listener: InputListener): Input {
    if (!this.inputNames.includes(name)) throw new Error(`No MIDI input found with name: ${name}`);
    return this.createInput(name, listener);
  }
  createInput(name: string, listener: InputListener, connect: readonly string[] = []): Input {
    if (connect.length > 0) this.reconnected.set(name, connect);
    this.#listeners.set(name, listener);
    return {
      close: () => void this.#listeners.delete(name),
      connections: () => this.peers.get(name) ?? [],
    };
  }

  /** Another program sends this to our input. */
  speak(name: string, bytes: readonly number[], deltaSeconds?: number): void {
    this.#listeners.get(name)?.(bytes, deltaSeconds);
  }
  unplug(name: string): void {
    for (const names of [this.outputNames, this.inputNames]) {
      const index = names.indexOf(name);
      if (index >= 0) names.splice(index, 1);
    }
  }
  messages(name: string): Message[] {
    return (this.heard.get(name) ?? []).map((heard) => heard.message);
  }

  #output(name: string, there: () => boolean): Output {
    if (this.refusing.has(name)) throw new Error(`MIDI port ${name} is in use`);
    this.open.add(name);
    this.disconnected.delete(name);
    return {
      send: (message) => {
        if (this.swallowing.has(name) && !there()) return;
        if (this.refusing.has(name) || !there()) throw new Error(`MIDI port ${name} refused the message`);
        const list = this.heard.get(name) ?? [];
        this.heard.set(name, list);
        list.push({ time: performance.now(), message });
        this.onSend?.(name, message);
      },
      close: () => void this.open.delete(name),
    };
  }
}
