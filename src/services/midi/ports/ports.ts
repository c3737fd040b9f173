import type { Message } from '../message.ts';
import type { InputChoice, MidiStatus, OutputChoice, PortList, PortState } from '../protocol.ts';
import type { JournalPort } from '../recovery/journal.ts';
import { PendingNoteOffs } from '../recovery/pending-note-offs.ts';
import type { PendingEnd, Unended } from '../recovery/unended.ts';
import { InputPort } from './input-port.ts';
import type { MidiBackend } from './output.ts';
import { OutputPort } from './output-port.ts';
import { PortCatalog } from './port-catalog.ts';
import { findPort } from './port-names.ts';
import type { PortEvents } from './port-state.ts';

/** What a service before this one left. */
export interface LeftPorts {
  /** Our own port before a crash, and who listened to it. */
  readonly port?: JournalPort | null;
  /** Who sent to our own input. */
  readonly senders?: readonly string[];
  readonly owed?: readonly PendingEnd[];
}

/** The chosen output and input, the list of ports, and what is owed to ports that are away. */
export class Ports {
  readonly #backend: MidiBackend;
  readonly #events: PortEvents;
  readonly #catalog: PortCatalog;
  readonly #output: OutputPort;
  readonly #input: InputPort;
  readonly #controls: InputPort;
  readonly #pending: PendingNoteOffs;
  #known = '';

  constructor(backend: MidiBackend, events: PortEvents, left: LeftPorts = {}) {
    this.#backend = backend;
    this.#events = events;
    this.#catalog = new PortCatalog(backend, left.port?.name);
    this.#pending = new PendingNoteOffs(left.owed ?? [], (pending) => events.owed(pending));
    const opened = () => {
      this.#payOpenOutput();
      events.opened();
    };
    this.#output = new OutputPort(backend, this.#catalog, { ...events, opened }, left.port?.listeners);
    this.#input = new InputPort(backend, this.#catalog, events, left.senders);
    // Who sends knobs is chosen by name: nobody has to be connected with it again.
    this.#controls = new InputPort(backend, this.#catalog, {
      ...events,
      incoming: (bytes) => events.controls(bytes),
      heardFrom: () => {},
    });
  }

  get status(): MidiStatus {
    return this.#catalog.status;
  }
  get outputState(): PortState {
    return this.#output.state;
  }
  get inputState(): PortState {
    return this.#input.state;
  }
  get controlsState(): PortState {
    return this.#controls.state;
  }
  get canSend(): boolean {
    return this.#output.isOpen;
  }

  list(): PortList {
    return this.#catalog.list();
  }

  /** Sends now; false when the port is gone or refused. */
  send(message: Message): boolean {
    return this.#output.send(message);
  }

  /** Closes the output before, opens this one. What sounds on the one before must have been ended already. */
  chooseOutput(choice: OutputChoice): void {
    this.#output.choose(choice);
    this.#events.changed();
  }

  chooseInput(choice: InputChoice): void {
    this.#input.choose(choice);
    this.#events.changed();
  }

  /** A second input, for knobs and keys alone; `auto` and what is the first input already are that one. */
  chooseControls(choice: InputChoice): void {
    this.#controls.choose(choice.kind === 'auto' ? { kind: 'none' } : choice);
    this.#events.changed();
  }

  /** Ends this on the port of this plain name as soon as it is there, whichever port is chosen by then. */
  owe(port: string, unended: Unended): void {
    this.#pending.add(port, unended);
  }

  /** Looks at the list of ports: hot-plug. Takes a few milliseconds, so call it when nothing is due. */
  poll(): void {
    if (this.#backend.missing) return;
    let outputs: string[];
    let inputs: string[];
    try {
      outputs = this.#catalog.outputs();
      inputs = this.#catalog.inputs();
    } catch {
      return;
    }
    const known = [...outputs, '', ...inputs].join('\n');
    const changed = known !== this.#known;
    this.#known = known;
    this.#output.look(outputs);
    this.#input.look(inputs);
    this.#controls.look(inputs);
    for (const port of this.#pending.ports) this.#pay(port, outputs);
    this.#output.noteListeners();
    this.#input.noteSenders();
    if (changed) this.#events.changed();
  }

  close(): void {
    this.#output.close();
    this.#input.close();
    this.#controls.close();
  }

  #payOpenOutput(): void {
    const { name } = this.#output.state;
    if (name === null) return;
    try {
      this.#pending.settle(name, (messages) => {
        for (const message of messages) if (!this.send(message)) throw new Error(`${name} is gone again`);
      });
    } catch {
      // At the next opening.
    }
  }

  #pay(port: string, outputs: readonly string[]): void {
    if (this.canSend && this.outputState.name === port) {
      this.#payOpenOutput();
      return;
    }
    const index = findPort(outputs, port);
    if (index < 0) return;
    try {
      this.#pending.settle(port, (messages) => {
        const output = this.#backend.openOutput(outputs[index]);
        try {
          for (const message of messages) output.send(message);
        } finally {
          output.close();
        }
      });
    } catch {
      // It went again, or another program holds it: at the next look.
    }
  }
}
