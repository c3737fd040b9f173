import { notices } from '../notices.ts';
import type { MidiSettings, Notice, TransportState } from '../protocol.ts';
import type { TransportChange } from './daw-transport.ts';

/** What a player that follows does, in this order. */
export interface Reaction {
  /** End all sound and stand still. */
  readonly halt: boolean;
  /** Play from this beat of the DAW's song on. */
  readonly runFrom: number | null;
  /** Wait for the DAW's next start. */
  readonly arm: boolean;
  readonly notice: Notice | null;
}

const NOTHING: Reaction = { halt: false, runFrom: null, arm: false, notice: null };

/** What a change of the DAW's transport means for a player that follows it. */
export function reactionTo(
  change: TransportChange,
  transport: TransportState,
  onClockLoss: MidiSettings['onClockLoss'],
): Reaction {
  const playing = transport === 'playing';
  switch (change.kind) {
    case 'run':
      return transport === 'stopped' ? NOTHING : { ...NOTHING, runFrom: change.beat };
    case 'jump':
      return playing ? { ...NOTHING, halt: true, runFrom: change.beat } : NOTHING;
    case 'stop':
      return playing ? { ...NOTHING, halt: true, arm: true } : NOTHING;
    case 'clock-lost': {
      if (!playing) return { ...NOTHING, notice: notices.clockLost('silent') };
      if (onClockLoss === 'continue') return { ...NOTHING, notice: notices.clockLost('goes-on') };
      return { ...NOTHING, halt: true, arm: true, notice: notices.clockLost('stopped') };
    }
    case 'clock-back':
      return { ...NOTHING, notice: notices.clockBack() };
  }
}
