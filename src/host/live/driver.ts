import type { Conditions, Notice, Position, TransportState } from '../../services/midi/protocol.ts';

/** What keeps the time of live music and decides which bar is next. */
export interface LiveDriver {
  /** Plays from its source; resolves when that is under way, which may be waiting for the DAW. */
  start(): Promise<void>;
  feel(conditions: Conditions): void;
  /** Ends all sound. */
  stop(): Promise<void>;
}

export interface DriverEvents {
  transport(state: TransportState): void;
  position(position: Position): void;
  notice(notice: Notice): void;
  /** This driver is gone for good. */
  lost(): void;
}
