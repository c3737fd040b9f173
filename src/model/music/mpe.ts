import type { TimedEvent } from './midi-events.ts';

const RPN_FINE = 100;
const RPN_COARSE = 101;
const DATA_ENTRY = 6;
/** The registered parameter that lays out an MPE zone (MPE Configuration Message). */
const MPE_CONFIGURATION = 6;
const LOWER_MASTER = 0;
const UPPER_MASTER = 15;

/** A zone: so many member channels beside its master. */
export interface MpeZone {
  readonly master: number;
  readonly members: number;
}

/**
 * The member channels of a file's MPE zones: of the lower zone those after channel 1, of the upper zone those before channel
 * 16. Channel 10 among them is no drum channel. `masterOf` names each member's master.
 */
export function mpeMembers(events: readonly TimedEvent[]): {
  members: ReadonlySet<number>;
  masterOf: ReadonlyMap<number, number>;
  zones: MpeZone[];
} {
  const zones: MpeZone[] = [];
  const masterOf = new Map<number, number>();
  const parameter = Array.from({ length: 16 }, () => [-1, -1]);
  for (const event of events) {
    if (event.type !== 'controller') continue;
    const { channel, number, value } = event;
    if (number === RPN_COARSE) parameter[channel][0] = value;
    else if (number === RPN_FINE) parameter[channel][1] = value;
    else if (number === DATA_ENTRY && (channel === LOWER_MASTER || channel === UPPER_MASTER)) {
      const [coarse, fine] = parameter[channel];
      if (coarse !== 0 || fine !== MPE_CONFIGURATION) continue;
      const step = channel === LOWER_MASTER ? 1 : -1;
      zones.push({ master: channel, members: Math.min(15, value) });
      for (let i = 1; i <= Math.min(15, value); i++) masterOf.set(channel + step * i, channel);
    }
  }
  return { members: new Set(masterOf.keys()), masterOf, zones };
}
