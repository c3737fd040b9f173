import { alsaListeners } from './alsa-listeners.ts';
import { createFileOutput } from './file-output.ts';
import type { JournalPort } from './journal.ts';
import type { Message } from './message.ts';
import type { Input, InputListener, MidiBackend, Output } from './output.ts';
import { findLoopback, findPort, plainName, plainNames } from './port-names.ts';
import type { InputChoice, MidiStatus, Notice, OutputChoice, PortList, PortState } from './protocol.ts';
import { IN_PORT, OUT_PORT } from './settings.ts';

export interface PortEvents {
  incoming: InputListener;
  notice(notice: Notice): void;
  /** Ports opened, vanished or came back. */
  changed(): void;
  /** The output is open (again): what was left sounding when it vanished has to be ended now. */
  opened(): void;
  /** Where notes sound from now on, for the journal. */
  sounding(port: JournalPort | null): void;
  /** Milliseconds, for the recorder. */
  now(): number;
}

const CLOSED: PortState = { name: null, kind: 'none', state: 'closed' };

/** Opens the chosen ports, by name; notices when they vanish, and opens them again when they come back. */
export class Ports {
  readonly #backend: MidiBackend;
  readonly #events: PortEvents;
  #outputChoice: OutputChoice = { kind: 'none' };
  #inputChoice: InputChoice = { kind: 'none' };
  #output: Output | null = null;
  #input: Input | null = null;
  #outputFull = '';
  #inputFull = '';
  #listeners: readonly string[] = [];
  #known = '';
  /** What has to be sent to ports that are away, by plain name: the ends of notes that sounded when they vanished. */
  readonly #owed = new Map<string, readonly Message[]>();
  #reconnect: readonly string[];
  outputState: PortState = CLOSED;
  inputState: PortState = CLOSED;

  /** `reconnect`: who listened to our port before a crash. */
  constructor(backend: MidiBackend, events: PortEvents, reconnect: readonly string[] = []) {
    this.#backend = backend;
    this.#events = events;
    this.#reconnect = reconnect;
  }

  get status(): MidiStatus {
    const missing = this.#backend.missing;
    return missing
      ? { available: false, ...missing }
      : { available: true, virtualPorts: this.#backend.virtualPorts };
  }

  list(): PortList {
    if (this.#backend.missing) return { status: this.status, outputs: [], inputs: [] };
    const outputs = plainNames(this.#outputs());
    const inputs = plainNames(this.#inputs());
    const loopback = this.#backend.virtualPorts ? null : findLoopback(outputs, inputs);
    return { status: this.status, outputs, inputs, ...(loopback ? { loopback } : {}) };
  }

  /** Sends now; false when the port is gone or refused. */
  send(message: Message): boolean {
    if (!this.#output) return false;
    try {
      this.#output.send(message);
      return true;
    } catch (error) {
      this.#lose('output', `refused a message (${(error as Error).message})`);
      return false;
    }
  }

  get canSend(): boolean {
    return this.#output !== null;
  }

  /** Closes the output before, opens this one. What sounds on the one before must have been ended already. */
  chooseOutput(choice: OutputChoice): void {
    this.#outputChoice = choice;
    this.#closeOutput();
    this.#openOutput(true);
    this.#events.changed();
  }

  chooseInput(choice: InputChoice): void {
    this.#inputChoice = choice;
    this.#input?.close();
    this.#input = null;
    this.#openInput(true);
    this.#events.changed();
  }

  /** This is sent to that port as soon as it is there, whichever port is chosen by then. */
  owe(name: string, messages: readonly Message[]): void {
    if (messages.length > 0) this.#owed.set(name, messages);
  }

  /** Looks at the list of ports: hot-plug. Takes a few milliseconds, so call it when nothing is due. */
  poll(): void {
    if (this.#backend.missing) return;
    let outputs: string[];
    let inputs: string[];
    try {
      outputs = this.#outputs();
      inputs = this.#inputs();
    } catch {
      return;
    }
    const known = [...outputs, '', ...inputs].join('\n');
    const changed = known !== this.#known;
    this.#known = known;
    const there = (names: readonly string[], name: string, direction: 'output' | 'input') =>
      names.includes(name) && this.#backend.connected?.(name, direction) !== false;
    if (this.outputState.kind === 'existing' && this.#output && !there(outputs, this.#outputFull, 'output')) {
      this.#lose('output', 'vanished');
    }
    if (this.inputState.kind === 'existing' && this.#input && !there(inputs, this.#inputFull, 'input')) {
      this.#lose('input', 'vanished');
    }
    if (!this.#output && this.outputState.state !== 'closed') this.#openOutput(false);
    if (!this.#input && this.inputState.state !== 'closed') this.#openInput(false);
    for (const name of [...this.#owed.keys()]) this.#settle(name, outputs);
    this.#noteListeners();
    if (changed) this.#events.changed();
  }

  close(): void {
    this.#closeOutput();
    this.#input?.close();
    this.#input = null;
    this.inputState = CLOSED;
  }

  /** Names of ports of others: our own, on systems that list them, must not be offered. */
  #outputs(): string[] {
    return this.#backend.outputs().filter((name) => !plainName(name).endsWith(IN_PORT));
  }

  #inputs(): string[] {
    return this.#backend.inputs().filter((name) => !plainName(name).endsWith(OUT_PORT));
  }

  #resolveOutput(): OutputChoice {
    const choice = this.#outputChoice;
    if (choice.kind !== 'auto') return choice;
    if (this.#backend.missing) return { kind: 'none' };
    if (this.#backend.virtualPorts) return { kind: 'virtual', name: OUT_PORT };
    const loopback = this.list().loopback;
    return loopback
      ? { kind: 'existing', name: loopback.output }
      : { kind: 'existing', name: 'loopMIDI Port' };
  }

  #resolveInput(): InputChoice {
    const choice = this.#inputChoice;
    if (choice.kind !== 'auto') return choice;
    if (this.#backend.missing) return { kind: 'none' };
    if (this.#backend.virtualPorts) return { kind: 'virtual', name: IN_PORT };
    const loopback = this.list().loopback;
    return loopback?.input ? { kind: 'existing', name: loopback.input } : { kind: 'none' };
  }

  #openOutput(first: boolean): void {
    const choice = this.#resolveOutput();
    if (choice.kind === 'none' || choice.kind === 'auto') {
      this.outputState = CLOSED;
      this.#events.sounding(null);
      return;
    }
    const { kind } = choice;
    const name = choice.kind === 'file' ? choice.path : choice.name;
    try {
      if (choice.kind === 'file') {
        this.#output = createFileOutput(choice.path, this.#events.now, (path) =>
          this.#events.notice({ level: 'info', code: 'file-written', text: `Recorded to ${path}.` }),
        );
      } else {
        this.#requireBackend();
        this.#output =
          choice.kind === 'virtual'
            ? this.#backend.createOutput(name, this.#reconnect[0])
            : this.#existingOutput(name);
        this.#reconnect = [];
      }
    } catch (error) {
      const problem = (error as Error).message;
      if (first) {
        this.outputState = { name, kind, state: 'failed', problem };
        this.#events.notice({ level: 'error', code: 'port-failed', text: `${name}: ${problem}` });
      }
      return;
    }
    const wasLost = this.outputState.state === 'lost' || this.outputState.state === 'failed';
    const opened = plainName(kind === 'existing' ? this.#outputFull : name);
    this.outputState = { name: opened, kind, state: 'open' };
    this.#listeners = [];
    this.#noteListeners();
    this.#events.sounding(this.#journalPort());
    this.#settle(opened, []);
    this.#events.opened();
    if (!first && wasLost)
      this.#events.notice({ level: 'info', code: 'port-back', text: `${opened} is back.` });
    if (!first) this.#events.changed();
  }

  #openInput(first: boolean): void {
    const choice = this.#resolveInput();
    if (choice.kind === 'none' || choice.kind === 'auto') {
      this.inputState = CLOSED;
      return;
    }
    const { kind, name } = choice;
    try {
      this.#requireBackend();
      if (kind === 'virtual') this.#input = this.#backend.createInput(name, this.#events.incoming);
      else {
        this.#inputFull = this.#fullName(this.#inputs(), name, 'input');
        this.#input = this.#backend.openInput(this.#inputFull, this.#events.incoming);
      }
      this.inputState = {
        name: plainName(kind === 'existing' ? this.#inputFull : name),
        kind,
        state: 'open',
      };
      if (!first) this.#events.changed();
    } catch (error) {
      if (first) this.inputState = { name, kind, state: 'failed', problem: (error as Error).message };
    }
  }

  #existingOutput(name: string): Output {
    this.#outputFull = this.#fullName(this.#outputs(), name, 'output');
    return this.#backend.openOutput(this.#outputFull);
  }

  #fullName(names: readonly string[], wanted: string, direction: string): string {
    const index = findPort(names, wanted);
    if (index >= 0) return names[index];
    const there = plainNames(names).join(', ') || 'none';
    throw new Error(
      `there is no MIDI ${direction} of this name (there: ${there}). It is used as soon as it appears.`,
    );
  }

  #requireBackend(): void {
    const missing = this.#backend.missing;
    if (missing) throw new Error(`${missing.reason} ${missing.advice}`);
  }

  #lose(which: 'output' | 'input', why: string): void {
    const port = which === 'output' ? this.#output : this.#input;
    try {
      port?.close();
    } catch {
      // It is gone already.
    }
    const problem = 'It is opened again as soon as it is back.';
    if (which === 'output') {
      this.#output = null;
      this.outputState = { ...this.outputState, state: 'lost', problem };
    } else {
      this.#input = null;
      this.inputState = { ...this.inputState, state: 'lost', problem };
    }
    const name = which === 'output' ? this.outputState.name : this.inputState.name;
    this.#events.notice({ level: 'warning', code: 'port-lost', text: `${name} ${why}. ${problem}` });
    this.#events.changed();
  }

  #closeOutput(): void {
    try {
      this.#output?.close();
    } catch (error) {
      this.#events.notice({ level: 'error', code: 'port-failed', text: (error as Error).message });
    }
    this.#output = null;
    this.outputState = CLOSED;
  }

  #settle(name: string, outputs: readonly string[]): void {
    const messages = this.#owed.get(name);
    if (!messages) return;
    if (this.#output && this.outputState.name === name) {
      this.#owed.delete(name);
      for (const message of messages) this.send(message);
      return;
    }
    const index = findPort(outputs, name);
    if (index < 0) return;
    try {
      const output = this.#backend.openOutput(outputs[index]);
      this.#owed.delete(name);
      for (const message of messages) output.send(message);
      output.close();
    } catch {
      // It went again, or another program holds it: at the next look.
    }
  }

  /** Who listens to our port is written down for the rescue after a crash. */
  #noteListeners(): void {
    if (this.outputState.kind !== 'virtual' || !this.#output) return;
    const listeners = alsaListeners(this.outputState.name!);
    if (listeners.join() === this.#listeners.join()) return;
    this.#listeners = listeners;
    this.#events.sounding(this.#journalPort());
  }

  #journalPort(): JournalPort | null {
    const { kind, name } = this.outputState;
    if (kind === 'virtual') return { kind, name: name!, listeners: this.#listeners };
    if (kind === 'existing') return { kind, name: this.#outputFull, listeners: [] };
    return null;
  }
}
