import type { MidiCall } from '../contract/contract.ts';
import type { Emotion } from '../contract/document.ts';
import type { Piece } from '../model/music/piece.ts';
import type { BarSource, MidiState } from '../services/midi/protocol.ts';

/** What the host needs of the MIDI process. */
export interface MidiLink {
  /** null until the process has told its first state. */
  readonly state: MidiState | null;
  /** As they were last accepted, to be kept for the next start. */
  readonly settings: unknown;
  call(name: MidiCall['name'], argument: unknown): Promise<unknown>;
  /** `asked`: an emotion a bar. */
  load(clipId: string, piece: Piece, sameBar: boolean, asked?: readonly Emotion[]): Promise<void>;
  /** Plays from this source, when `play` is called. */
  serve(source: BarSource): Promise<void>;
  /** This source has ended; a process that is started again does not ask it any more. */
  release(source: BarSource): void;
  /** Resolves when the process is gone, and with it every note that sounded. */
  dispose(): Promise<void>;
}
