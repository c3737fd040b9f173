import { ALL_NOTES_OFF, controller, type Message, noteOff, SUSTAIN } from '../message.ts';

/** Notes and pedals that were begun on a port and not ended. Channels 0..15. */
export interface Unended {
  readonly sounding: readonly { readonly channel: number; readonly pitch: number }[];
  readonly pedals: readonly number[];
}

/** What is owed to a port that is away, by its plain name. */
export interface PendingEnd extends Unended {
  readonly port: string;
}

export function isEnded({ sounding, pedals }: Unended): boolean {
  return sounding.length === 0 && pedals.length === 0;
}

/** What ends it: note-offs first, because many instruments ignore All Notes Off. */
export function endings({ sounding, pedals }: Unended): Message[] {
  const channels = [...new Set([...sounding.map((note) => note.channel), ...pedals])];
  return [
    ...sounding.map(({ channel, pitch }) => noteOff(channel, pitch)),
    ...channels.map((channel) => controller(channel, SUSTAIN, 0)),
    ...channels.map((channel) => controller(channel, ALL_NOTES_OFF, 0)),
  ];
}

/** Both together, each note and pedal once. */
export function union(a: Unended, b: Unended): Unended {
  const notes = new Map(
    [...a.sounding, ...b.sounding].map((note) => [note.channel * 128 + note.pitch, note]),
  );
  return { sounding: [...notes.values()], pedals: [...new Set([...a.pedals, ...b.pedals])] };
}
