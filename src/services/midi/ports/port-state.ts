import type { Notice, PortState } from '../protocol.ts';
import type { JournalPort } from '../recovery/journal.ts';
import type { PendingEnd } from '../recovery/unended.ts';
import type { RecordClock } from './file-output.ts';
import type { InputListener } from './output.ts';

/** What opening, losing and finding ports again has to tell. */
export interface PortEvents {
  incoming: InputListener;
  /** From the second input. */
  controls(bytes: readonly number[]): void;
  notice(notice: Notice): void;
  /** Ports opened, vanished or came back. */
  changed(): void;
  /** The output is open (again): what was left sounding when it vanished has to be ended now. */
  opened(): void;
  /** The output was looked for: it is there, or it is found gone. */
  seen(there: boolean): void;
  /** Where notes sound from now on, for the journal. */
  sounding(port: JournalPort | null): void;
  /** Full names of who sends to our own input, for the journal. */
  heardFrom(senders: readonly string[]): void;
  /** What is owed to ports that are away, for the journal. */
  owed(pending: readonly PendingEnd[]): void;
  /** Where the music is now, for the recorder. */
  clock(): RecordClock;
}

export const CLOSED: PortState = { name: null, kind: 'none', state: 'closed' };

export function failed(name: string, kind: PortState['kind'], error: unknown): PortState {
  return { name, kind, state: 'failed', problem: error instanceof Error ? error.message : String(error) };
}

/** A port that was open and is away now. */
export function lost(state: PortState): PortState {
  return { ...state, state: 'lost', problem: 'It is opened again as soon as it is back.' };
}
