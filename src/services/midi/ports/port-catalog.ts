import type { InputChoice, MidiStatus, OutputChoice, PortList } from '../protocol.ts';
import { IN_PORT, OUT_PORT } from '../settings.ts';
import type { MidiBackend } from './output.ts';
import { findLoopback, findPort, plainName, plainNames } from './port-names.ts';

/** A choice with `auto` decided. */
export type Resolved<Choice extends { kind: string }> = Exclude<Choice, { kind: 'auto' }>;

/** Which ports there are, and which of them a choice means. */
export class PortCatalog {
  readonly #backend: MidiBackend;
  /** What our own port was called before a crash: who listens by name finds it again. */
  readonly #before: string | undefined;
  #suffix: string | null = null;

  constructor(backend: MidiBackend, before?: string) {
    this.#backend = backend;
    this.#before = before;
  }

  get status(): MidiStatus {
    const missing = this.#backend.missing;
    return missing
      ? { available: false, ...missing }
      : { available: true, virtualPorts: this.#backend.virtualPorts };
  }

  /** Full names of ports of others: our own, on systems that list them, must not be offered. */
  outputs(): string[] {
    return this.#backend.outputs().filter((name) => !isOwn(name, IN_PORT));
  }

  inputs(): string[] {
    return this.#backend.inputs().filter((name) => !isOwn(name, OUT_PORT));
  }

  list(): PortList {
    if (this.#backend.missing) return { status: this.status, outputs: [], inputs: [] };
    const outputs = plainNames(this.outputs());
    const inputs = plainNames(this.inputs());
    const loopback = this.#backend.virtualPorts ? null : findLoopback(outputs, inputs);
    return { status: this.status, outputs, inputs, ...(loopback ? { loopback } : {}) };
  }

  resolveOutput(choice: OutputChoice): Resolved<OutputChoice> {
    if (choice.kind !== 'auto') return choice;
    if (this.#backend.missing) return { kind: 'none' };
    if (this.#backend.virtualPorts) return { kind: 'virtual', name: OUT_PORT + this.#ownSuffix() };
    return { kind: 'existing', name: this.list().loopback?.output ?? 'loopMIDI Port' };
  }

  resolveInput(choice: InputChoice): Resolved<InputChoice> {
    if (choice.kind !== 'auto') return choice;
    if (this.#backend.missing) return { kind: 'none' };
    if (this.#backend.virtualPorts) return { kind: 'virtual', name: IN_PORT + this.#ownSuffix() };
    const loopback = this.list().loopback;
    return loopback?.input ? { kind: 'existing', name: loopback.input } : { kind: 'none' };
  }

  /** The full name that a remembered or typed name means now; throws, naming what is there. */
  fullName(direction: 'output' | 'input', wanted: string): string {
    const names = direction === 'output' ? this.outputs() : this.inputs();
    const index = findPort(names, wanted);
    if (index >= 0) return names[index];
    const there = plainNames(names).join(', ') || 'none';
    throw new Error(
      `there is no MIDI ${direction} of this name (there: ${there}). It is used as soon as it appears.`,
    );
  }

  /** Tells our ports from those of an Affetto that runs already: the first number that is free, kept for good. */
  #ownSuffix(): string {
    if (this.#suffix === null) {
      const names = [...this.#backend.outputs(), ...this.#backend.inputs()];
      const before = this.#before?.startsWith(OUT_PORT) ? [this.#before.slice(OUT_PORT.length)] : [];
      const numbers = ['', ...Array.from({ length: names.length + 1 }, (_, i) => ` ${i + 2}`)];
      const free = [...before, ...numbers].find(
        (suffix) => !names.some((name) => [OUT_PORT, IN_PORT].some((own) => portPart(name) === own + suffix)),
      );
      this.#suffix = free ?? '';
    }
    return this.#suffix;
  }

  /** Throws where MIDI can't be used at all. */
  requireMidi(): void {
    const missing = this.#backend.missing;
    if (missing) throw new Error(`${missing.reason} ${missing.advice}`);
  }
}

/** The name of a port itself, without its client's. */
function portPart(full: string): string {
  return plainName(full).replace(/^[^:]*:/, '');
}

/** Whether this is a port that an Affetto made. */
function isOwn(full: string, own: string): boolean {
  return new RegExp(`^${own}( \\d+)?$`).test(portPart(full));
}
