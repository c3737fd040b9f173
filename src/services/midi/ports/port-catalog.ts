import type { InputChoice, MidiStatus, OutputChoice, PortList } from '../protocol.ts';
import { IN_PORT, OUT_PORT } from '../settings.ts';
import type { MidiBackend } from './output.ts';
import { findLoopback, findPort, plainName, plainNames } from './port-names.ts';

/** A choice with `auto` decided. */
export type Resolved<Choice extends { kind: string }> = Exclude<Choice, { kind: 'auto' }>;

/** Which ports there are, and which of them a choice means. */
export class PortCatalog {
  readonly #backend: MidiBackend;

  constructor(backend: MidiBackend) {
    this.#backend = backend;
  }

  get status(): MidiStatus {
    const missing = this.#backend.missing;
    return missing
      ? { available: false, ...missing }
      : { available: true, virtualPorts: this.#backend.virtualPorts };
  }

  /** Full names of ports of others: our own, on systems that list them, must not be offered. */
  outputs(): string[] {
    return this.#backend.outputs().filter((name) => !plainName(name).endsWith(IN_PORT));
  }

  inputs(): string[] {
    return this.#backend.inputs().filter((name) => !plainName(name).endsWith(OUT_PORT));
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
    if (this.#backend.virtualPorts) return { kind: 'virtual', name: OUT_PORT };
    return { kind: 'existing', name: this.list().loopback?.output ?? 'loopMIDI Port' };
  }

  resolveInput(choice: InputChoice): Resolved<InputChoice> {
    if (choice.kind !== 'auto') return choice;
    if (this.#backend.missing) return { kind: 'none' };
    if (this.#backend.virtualPorts) return { kind: 'virtual', name: IN_PORT };
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

  /** Throws where MIDI can't be used at all. */
  requireMidi(): void {
    const missing = this.#backend.missing;
    if (missing) throw new Error(`${missing.reason} ${missing.advice}`);
  }
}
