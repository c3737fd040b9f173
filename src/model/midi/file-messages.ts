import { EventBytes } from '../music/event-bytes.ts';
import { splitTracks } from '../music/midi-bytes.ts';
import { PassedOver } from '../music/passed-over.ts';

/** A channel message of a file; ticks count from its start, channels 0..15. */
interface FileMessage {
  readonly tick: number;
  readonly bytes: readonly number[];
}

interface DrumNote {
  readonly startTick: number;
  readonly endTick: number;
  readonly pitch: number;
  readonly velocity: number;
}

/** What a file holds for instruments beside the notes that piano music is read from. */
export interface FileMessages {
  /** Programs, controllers (pedals among them), bends and pressure, in order of time. */
  readonly messages: readonly FileMessage[];
  readonly drums: readonly DrumNote[];
}

export const DRUM_CHANNEL = 10;

/** null where the file counts no beats, or holds patterns instead of music (format 2). */
export function fileMessages(bytes: Uint8Array, name: string): FileMessages | null {
  const { header, tracks } = splitTracks(bytes, name, new PassedOver());
  if (header.format === 2 || header.ticksPerBeat === 0) return null;
  const all = tracks.flatMap(trackMessages).sort((a, b) => a.tick - b.tick);
  const isNote = ({ bytes: [status] }: FileMessage) => status < 0xa0;
  return {
    messages: all.filter((message) => !isNote(message)),
    drums: drumNotes(
      all.filter((message) => isNote(message) && (message.bytes[0] & 15) === DRUM_CHANNEL - 1),
    ),
  };
}

function trackMessages(track: Uint8Array): FileMessage[] {
  const reader = new EventBytes(track);
  const messages: FileMessage[] = [];
  let tick = 0;
  while (!reader.ended) {
    const raw = reader.next();
    // A damaged track is played as far as it can be read.
    if (raw === null || raw.meta === 0x2f) break;
    tick += raw.delta;
    if (raw.status < 0x80 || raw.status >= 0xf0) continue;
    const isShort = raw.status >> 4 === 0xc || raw.status >> 4 === 0xd;
    messages.push({ tick, bytes: isShort ? [raw.status, raw.first] : [raw.status, raw.first, raw.second] });
  }
  return messages;
}

/** A drum that is struck again, or never let go, ends there: drums do not mind. */
function drumNotes(messages: readonly FileMessage[]): DrumNote[] {
  const drums: DrumNote[] = [];
  const held = new Map<number, { tick: number; velocity: number }>();
  const end = (pitch: number, tick: number) => {
    const from = held.get(pitch);
    if (from)
      drums.push({
        startTick: from.tick,
        endTick: Math.max(tick, from.tick + 1),
        pitch,
        velocity: from.velocity,
      });
    held.delete(pitch);
  };
  for (const { tick, bytes } of messages) {
    const [status, pitch, velocity] = bytes;
    end(pitch, tick);
    if (status >> 4 === 9 && velocity > 0) held.set(pitch, { tick, velocity });
  }
  for (const pitch of [...held.keys()]) end(pitch, held.get(pitch)!.tick + 1);
  return drums;
}
