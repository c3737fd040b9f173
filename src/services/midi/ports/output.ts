import type { Message } from '../message.ts';

/** A place that takes MIDI messages now. Everything that can go wrong is thrown by send(). */
export interface Output {
  send(message: Message): void;
  close(): void;
  /** Full names of who is connected to this port of our own now; absent where that can't be told. */
  connections?(): string[];
}

export interface Input {
  close(): void;
  connections?(): string[];
}

/** `deltaSeconds` since the message before, as the driver stamped it; absent when unknown. */
export type InputListener = (bytes: readonly number[], deltaSeconds?: number) => void;

/** What the machine offers. Every method may throw; `missing` says beforehand whether that is certain. */
export interface MidiBackend {
  /** Why MIDI can't be used at all, or null. */
  readonly missing: { readonly reason: string; readonly advice: string } | null;
  /** Whether we can create ports of our own. */
  readonly virtualPorts: boolean;
  /** Full names as the system gives them. */
  outputs(): string[];
  inputs(): string[];
  /** Whether a port that was opened by this name is still connected; absent: not known, so yes. */
  connected?(fullName: string, direction: 'output' | 'input'): boolean;
  openOutput(fullName: string): Output;
  openInput(fullName: string, listener: InputListener): Input;
  /** `connect`: full names of whom to connect it with again, where connections belong to the ports (ALSA). */
  createOutput(name: string, connect?: readonly string[]): Output;
  createInput(name: string, listener: InputListener, connect?: readonly string[]): Input;
}
