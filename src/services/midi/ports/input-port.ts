import type { InputChoice, PortState } from '../protocol.ts';
import type { Input, MidiBackend } from './output.ts';
import type { PortCatalog } from './port-catalog.ts';
import { plainName } from './port-names.ts';
import { CLOSED, failed, lost, type PortEvents } from './port-state.ts';

/** The chosen input: opened by name, lost when it vanishes, opened again when it is back. */
export class InputPort {
  readonly #backend: MidiBackend;
  readonly #catalog: PortCatalog;
  readonly #events: PortEvents;
  #choice: InputChoice = { kind: 'none' };
  #input: Input | null = null;
  /** Full name of an existing port, as the system gives it. */
  #full = '';
  #senders: readonly string[] = [];
  #reconnect: readonly string[];
  state: PortState = CLOSED;

  /** `reconnect`: who sent to our port before a crash. */
  constructor(
    backend: MidiBackend,
    catalog: PortCatalog,
    events: PortEvents,
    reconnect: readonly string[] = [],
  ) {
    this.#reconnect = reconnect;
    this.#backend = backend;
    this.#catalog = catalog;
    this.#events = events;
  }

  choose(choice: InputChoice): void {
    this.#choice = choice;
    this.close();
    this.#open(true);
  }

  /** Compares with the ports that are there now (`inputs`, full names): loses what vanished, opens what is back. */
  look(inputs: readonly string[]): void {
    const there = inputs.includes(this.#full) && this.#backend.connected?.(this.#full, 'input') !== false;
    if (this.state.kind === 'existing' && this.#input && !there) this.#lose();
    // Nothing was found to take by itself: it may be there now.
    const wanted = this.state.state !== 'closed' || this.#choice.kind === 'auto';
    if (!this.#input && wanted) this.#open(false);
  }

  /** Who sends to our port is written down, to be connected again after a crash. */
  noteSenders(): void {
    if (this.state.kind !== 'virtual' || !this.#input) return;
    const senders = this.#input.connections?.() ?? [];
    if (senders.join() === this.#senders.join()) return;
    this.#senders = senders;
    this.#events.heardFrom(senders);
  }

  close(): void {
    this.#input?.close();
    this.#input = null;
    this.state = CLOSED;
  }

  #open(first: boolean): void {
    const choice = this.#catalog.resolveInput(this.#choice);
    if (choice.kind === 'none') {
      this.state = CLOSED;
      return;
    }
    const { kind, name } = choice;
    try {
      this.#catalog.requireMidi();
      if (kind === 'virtual') {
        this.#input = this.#backend.createInput(name, this.#events.incoming, this.#reconnect);
        this.#reconnect = [];
      } else {
        this.#full = this.#catalog.fullName('input', name);
        this.#input = this.#backend.openInput(this.#full, this.#events.incoming);
      }
      this.state = { name: plainName(kind === 'existing' ? this.#full : name), kind, state: 'open' };
      this.#senders = [];
      this.noteSenders();
      if (!first) this.#events.changed();
    } catch (error) {
      if (first) this.state = failed(name, kind, error);
    }
  }

  #lose(): void {
    try {
      this.#input?.close();
    } catch {
      // It is gone already.
    }
    this.#input = null;
    this.state = lost(this.state);
    this.#events.notice({
      level: 'warning',
      code: 'port-lost',
      text: `${this.state.name} vanished. ${this.state.problem}`,
    });
    this.#events.changed();
  }
}
