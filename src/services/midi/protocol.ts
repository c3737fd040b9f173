/**
 * What the MIDI service and its parent say to each other beyond what windows see of it (src/contract/midi.ts, units
 * there too). Types only (and lists of names), plain JSON only.
 */
import type {
  ControlTarget,
  Health,
  LoopRange,
  MidiEvents,
  MidiSettings,
  MidiState,
  PortList,
} from '../../contract/midi.ts';
import type { Bar, Take } from '../../model/midi/bar.ts';
import type { Beat, ProcessLink } from '../process/link.ts';

export * from '../../contract/midi.ts';

export type { Bar, Take } from '../../model/midi/bar.ts';

// ---------------------------------------------------------------------------------------------- live sources

export interface Conditions {
  readonly valence: number;
  readonly arousal: number;
  readonly intensity: number;
}

/**
 * Asks for bar number `bar` of the live take. Bars are asked for in order, but a bar that has not sounded yet may be
 * asked for again (a moved emotion), so a source can go back to the start of any bar not older than the one that sounds.
 * With `fromBeat` only the rest of the bar from that beat on is wanted: the answer is the whole bar, its start unchanged.
 */
export interface BarRequest {
  readonly bar: number;
  readonly fromBeat?: number;
  readonly conditions: Conditions;
}

/** Where live music comes from. May take as long as it needs: the player never waits for it. */
export interface BarSource {
  /** The bar; null when the piece is over. */
  nextBar(request: BarRequest): Promise<Bar | null>;
  /** Whether `fromBeat` is understood; else a moved emotion is heard from the next bar. */
  readonly withinBar?: boolean;
}

// ---------------------------------------------------------------------------------------------- calls and events

/** Calls to the service: name -> (argument) => answer. A refused call rejects with the message for people. */
export interface MidiCalls {
  state(): MidiState;
  ports(): PortList;
  /** Changes the settings that are named; answers when ports are reopened. */
  configure(change: Partial<MidiSettings>): MidiState;
  /** Plays this take: at once when stopped (after play), else from the next bar line, without a gap. */
  load(argument: { take: Take; from?: 'start' | 'same-bar' }): void;
  /** Plays from the live source that the client serves. */
  live(argument: { withinBar: boolean }): void;
  /** alone, lead: starts. follow: arms. From `beat` of the take, default where it stopped. */
  play(argument: { beat?: number }): void;
  stop(): void;
  seek(argument: { beat: number }): void;
  loop(range: LoopRange | null): void;
  emotion(conditions: Conditions): void;
  /** First call: all sound off on every channel; again within 3 s: 128 note-offs on 16 channels, paced. Answers which. */
  panic(): 1 | 2;
  testNote(): void;
  /** Waits for a controller and maps it; null stops waiting. */
  learn(target: ControlTarget | null): void;
  /** Removes what is mapped to the target. */
  forget(target: ControlTarget): void;
  health(): Health;
  resetHealth(): void;
  /** Stops, closes the ports, ends the process. */
  quit(): void;
}

export type MidiCallName = keyof MidiCalls;
export const MIDI_CALLS = [
  'state', 'ports', 'configure', 'load', 'live', 'play', 'stop', 'seek', 'loop', 'emotion', 'panic', 'testNote', 'learn',
  'forget', 'health', 'resetHealth', 'quit',
] as const satisfies readonly MidiCallName[]; // biome-ignore format: a list

// ---------------------------------------------------------------------------------------------- on the wire

/** Parent -> service. */
export type ToService =
  | { readonly kind: 'call'; readonly id: number; readonly name: MidiCallName; readonly argument?: unknown }
  | { readonly kind: 'bar'; readonly id: number; readonly bar: Bar | null; readonly error?: string };

/** Service -> parent. */
export type FromService =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answer'; readonly id: number; readonly result?: unknown; readonly error?: string }
  | { readonly kind: 'want'; readonly id: number; readonly request: BarRequest }
  | { readonly kind: 'event'; readonly name: keyof MidiEvents; readonly value: unknown };

/** The line to the MIDI process, as its parent holds it. */
export type MidiProcess = ProcessLink<ToService, FromService>;
/** The same before it is watched over. */
export type MidiLine = ProcessLink<ToService | Beat, FromService | Beat>;
