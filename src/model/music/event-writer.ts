import type { MidiEvent } from 'midi-file';
import { append } from '../lists.ts';

/** An event at its tick. */
export type PlacedEvent = { readonly tick: number; readonly event: EventBody };
/** What happens, without its time (Omit, taken over each kind of event). */
export type EventBody = MidiEvent extends infer E
  ? E extends MidiEvent
    ? Omit<E, 'deltaTime'>
    : never
  : never;

const TEXT_TYPES = { text: 1, trackName: 3, lyrics: 5, marker: 6, cuePoint: 7 } as const;

/**
 * The bytes of a Standard MIDI File. The writer inside @tonejs/midi copies the whole file for every byte that it adds, which
 * takes minutes for a long piece.
 */
export function fileBytes(
  { format, ticksPerBeat }: { format: 0 | 1; ticksPerBeat: number },
  tracks: readonly { readonly events: readonly PlacedEvent[]; readonly endTick: number }[],
): Uint8Array {
  const out: number[] = [...ascii('MThd'), ...uint32(6), ...uint16(format), ...uint16(tracks.length)];
  append(out, uint16(ticksPerBeat));
  for (const { events, endTick } of tracks) {
    const track: number[] = [];
    let before = 0;
    for (const { tick, event } of events) {
      append(track, varInt(tick - before));
      append(track, eventBytes(event));
      before = tick;
    }
    append(track, [...varInt(Math.max(0, endTick - before)), 0xff, 0x2f, 0]);
    append(out, [...ascii('MTrk'), ...uint32(track.length)]);
    append(out, track);
  }
  return Uint8Array.from(out);
}

function eventBytes(event: EventBody): number[] {
  switch (event.type) {
    case 'noteOn':
      return [0x90 | event.channel, event.noteNumber, event.velocity];
    case 'noteOff':
      return [0x80 | event.channel, event.noteNumber, event.velocity];
    case 'controller':
      return [0xb0 | event.channel, event.controllerType, event.value];
    case 'programChange':
      return [0xc0 | event.channel, event.programNumber];
    case 'setTempo':
      return meta(0x51, uint32(event.microsecondsPerBeat).slice(1));
    case 'timeSignature':
      return meta(0x58, [event.numerator, Math.round(Math.log2(event.denominator)), 24, 8]);
    case 'keySignature':
      return meta(0x59, [event.key & 0xff, event.scale]);
    case 'text':
    case 'trackName':
    case 'lyrics':
    case 'marker':
    case 'cuePoint':
      return meta(TEXT_TYPES[event.type], ascii(event.text));
    default:
      throw new Error(`no bytes for an event of type ${event.type}`);
  }
}

const meta = (type: number, data: readonly number[]): number[] => [
  0xff,
  type,
  ...varInt(data.length),
  ...data,
];
const ascii = (text: string): number[] => Array.from(text, (character) => character.charCodeAt(0) & 0xff);
const uint16 = (value: number): number[] => [(value >> 8) & 0xff, value & 0xff];
const uint32 = (value: number): number[] => [(value >>> 24) & 0xff, (value >> 16) & 0xff, ...uint16(value)];

function varInt(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes.unshift(0x80 | (rest & 0x7f));
  return bytes;
}
