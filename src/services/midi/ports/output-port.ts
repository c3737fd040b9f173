import type { Message } from '../message.ts';
import type { OutputChoice, PortState } from '../protocol.ts';
import type { JournalPort } from '../recovery/journal.ts';
import { createFileOutput } from './file-output.ts';
import type { MidiBackend, Output } from './output.ts';
import type { PortCatalog, Resolved } from './port-catalog.ts';
import { plainName } from './port-names.ts';
import { CLOSED, failed, lost, type PortEvents } from './port-state.ts';

/** The chosen output: opened by name, lost when it vanishes, opened again when it is back. */
export class OutputPort {
  readonly #backend: MidiBackend;
  readonly #catalog: PortCatalog;
  readonly #events: PortEvents;
  #choice: OutputChoice = { kind: 'none' };
  #output: Output | null = null;
  /** Full name of an existing port, as the system gives it. */
  #full = '';
  #listeners: readonly string[] = [];
  #reconnect: readonly string[];
  state: PortState = CLOSED;

  /** `reconnect`: who listened to our port before a crash. */
  constructor(
    backend: MidiBackend,
    catalog: PortCatalog,
    events: PortEvents,
    reconnect: readonly string[] = [],
  ) {
    this.#backend = backend;
    this.#catalog = catalog;
    this.#events = events;
    this.#reconnect = reconnect;
  }

  get isOpen(): boolean {
    return this.#output !== null;
  }

  /** Closes the output before, opens this one. What sounds on the one before must have been ended already. */
  choose(choice: OutputChoice): void {
    this.#choice = choice;
    this.close();
    this.#open(true);
  }

  /** Sends now; false when the port is gone or refused. */
  send(message: Message): boolean {
    if (!this.#output) return false;
    try {
      this.#output.send(message);
      return true;
    } catch (error) {
      this.#lose(`refused a message (${(error as Error).message})`);
      return false;
    }
  }

  /** Compares with the ports that are there now (`outputs`, full names): loses what vanished, opens what is back. */
  look(outputs: readonly string[]): void {
    const there = outputs.includes(this.#full) && this.#backend.connected?.(this.#full, 'output') !== false;
    if (this.#output) this.#events.seen(there || this.state.kind !== 'existing');
    if (this.state.kind === 'existing' && this.#output && !there) this.#lose('vanished');
    if (!this.#output && this.state.state !== 'closed') this.#open(false);
  }

  /** Who listens to our port is written down for the rescue after a crash. */
  noteListeners(): void {
    if (this.state.kind !== 'virtual' || !this.#output) return;
    const listeners = this.#output.connections?.() ?? [];
    if (listeners.join() === this.#listeners.join()) return;
    this.#listeners = listeners;
    this.#events.sounding(this.#journalPort());
    this.state = { ...this.state, listeners: listeners.length };
    this.#events.changed();
  }

  close(): void {
    try {
      this.#output?.close();
    } catch (error) {
      this.#events.notice({ level: 'error', code: 'port-failed', text: (error as Error).message });
    }
    this.#output = null;
    this.state = CLOSED;
  }

  #open(first: boolean): void {
    const choice = this.#catalog.resolveOutput(this.#choice);
    if (choice.kind === 'none') {
      this.state = CLOSED;
      this.#events.sounding(null);
      return;
    }
    const { kind } = choice;
    // What nobody chose is no error to tell: it is taken as soon as it is there.
    const quiet = this.#choice.kind === 'auto';
    const name = choice.kind === 'file' ? choice.path : choice.name;
    try {
      this.#output = this.#create(choice);
    } catch (error) {
      if (!first) return;
      this.state = failed(name, kind, error);
      const text = `${name}: ${(error as Error).message}`;
      if (!quiet) this.#events.notice({ level: 'error', code: 'port-failed', text });
      return;
    }
    const wasLost = this.state.state === 'lost' || this.state.state === 'failed';
    const opened = plainName(kind === 'existing' ? this.#full : name);
    this.#listeners = kind === 'virtual' ? (this.#output.connections?.() ?? []) : [];
    const told = kind === 'virtual' && this.#output.connections !== undefined;
    this.state = { name: opened, kind, state: 'open', ...(told && { listeners: this.#listeners.length }) };
    this.#events.sounding(this.#journalPort());
    this.#events.opened();
    if (!first && wasLost)
      this.#events.notice({ level: 'info', code: 'port-back', text: `${opened} is back.` });
    if (!first) this.#events.changed();
  }

  #create(choice: Exclude<Resolved<OutputChoice>, { kind: 'none' }>): Output {
    if (choice.kind === 'file') {
      return createFileOutput(
        choice.path,
        () => this.#events.clock(),
        (path) => this.#events.notice({ level: 'info', code: 'file-written', text: `Recorded to ${path}.` }),
      );
    }
    this.#catalog.requireMidi();
    if (choice.kind === 'existing') {
      this.#full = this.#catalog.fullName('output', choice.name);
      return this.#backend.openOutput(this.#full);
    }
    const output = this.#backend.createOutput(choice.name, this.#reconnect);
    this.#reconnect = [];
    return output;
  }

  #lose(why: string): void {
    try {
      this.#output?.close();
    } catch {
      // It is gone already.
    }
    this.#output = null;
    this.state = lost(this.state);
    this.#events.notice({
      level: 'warning',
      code: 'port-lost',
      text: `${this.state.name} ${why}. ${this.state.problem}`,
    });
    this.#events.changed();
  }

  #journalPort(): JournalPort | null {
    const { kind, name } = this.state;
    if (kind === 'virtual') return { kind, name: name!, listeners: this.#listeners };
    if (kind === 'existing') return { kind, name: this.#full, listeners: [] };
    return null;
  }
}
