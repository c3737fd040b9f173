import { EventBytes, type RawEvent } from './event-bytes.ts';
import type { PassedOver } from './passed-over.ts';

/** Texts that a file holds beside its notes; what kind is told by MIDI's own numbers. */
const TEXT_KINDS = { 1: 'text', 3: 'trackName', 5: 'lyrics', 6: 'marker', 7: 'cuePoint' } as const;
type TextKind = (typeof TEXT_KINDS)[keyof typeof TEXT_KINDS];

/** What is read of a track; `tick` counts from its start. */
export type TimedEvent = { readonly tick: number } & (
  | {
      readonly type: 'noteOn' | 'noteOff';
      readonly channel: number;
      readonly pitch: number;
      readonly velocity: number;
    }
  | { readonly type: 'controller'; readonly channel: number; readonly number: number; readonly value: number }
  | { readonly type: 'program'; readonly channel: number; readonly number: number }
  | { readonly type: 'tempo'; readonly microseconds: number }
  | { readonly type: 'timeSignature'; readonly numerator: number; readonly denominator: number }
  | { readonly type: 'keySignature'; readonly sharps: number; readonly minor: boolean }
  | { readonly type: 'text'; readonly kind: TextKind; readonly text: string }
);

export interface TrackEvents {
  readonly events: TimedEvent[];
  /** The tick of End of Track, or of the last event where that is missing. */
  readonly endTick: number;
}

const LONGEST_TEXT = 1000;
/** Notes look alike wherever one begins to read; so many sound events in a row are believed. */
const BELIEVED = 6;
/** Longer stretches of nonsense end a track. */
const LONGEST_NONSENSE = 4096;

/**
 * The events of one track, from the bytes of its chunk. What cannot be is set right or skipped, and noted: data bytes above
 * 127 are cut, meta events of the wrong length and stray realtime bytes passed over, after nonsense reading goes on where
 * sound events begin again. Ends behind `most` events.
 */
export function readEvents(
  bytes: Uint8Array,
  passedOver: PassedOver,
  most = Number.POSITIVE_INFINITY,
): TrackEvents {
  const reader = new EventBytes(bytes);
  const events: TimedEvent[] = [];
  let tick = 0;
  let endTick = 0;
  while (!reader.ended && events.length <= most) {
    const start = reader.at;
    const raw = reader.next();
    if (raw === null) {
      passedOver.add('damaged events');
      if (!reader.resume(start + 1, BELIEVED, LONGEST_NONSENSE)) break;
      continue;
    }
    tick += raw.delta;
    endTick = tick;
    if (raw.repaired) passedOver.add(raw.repaired);
    if (raw.meta === 0x2f) {
      if (!reader.ended) passedOver.add('bytes after the end of a track');
      return { events, endTick };
    }
    const event = eventOf(raw, tick);
    if (event === 'damaged') passedOver.add('meta events of the wrong length');
    else if (event) events.push(event);
  }
  return { events, endTick };
}

function eventOf(raw: RawEvent, tick: number): TimedEvent | 'damaged' | null {
  const { status, first, second } = raw;
  if (status === 0xff) return metaEvent(raw.meta, raw.data, tick);
  const channel = status & 15;
  switch (status >> 4) {
    case 8:
      return { type: 'noteOff', tick, channel, pitch: first, velocity: second };
    case 9:
      return { type: second === 0 ? 'noteOff' : 'noteOn', tick, channel, pitch: first, velocity: second };
    case 11:
      return { type: 'controller', tick, channel, number: first, value: second };
    case 12:
      return { type: 'program', tick, channel, number: first };
    default:
      return null;
  }
}

function metaEvent(meta: number, data: Uint8Array, tick: number): TimedEvent | 'damaged' | null {
  const kind = (TEXT_KINDS as Readonly<Record<number, TextKind>>)[meta];
  if (kind) {
    return { type: 'text', tick, kind, text: textOf(data.subarray(0, LONGEST_TEXT)) };
  }
  switch (meta) {
    case 0:
      // The sequence number may be left out.
      return data.length === 2 || data.length === 0 ? null : 'damaged';
    case 0x51: {
      if (data.length !== 3) return 'damaged';
      const microseconds = (data[0] << 16) | (data[1] << 8) | data[2];
      return microseconds > 0 ? { type: 'tempo', tick, microseconds } : 'damaged';
    }
    case 0x58: {
      if (data.length < 2 || data[0] === 0 || data[1] > 6) return 'damaged';
      return { type: 'timeSignature', tick, numerator: data[0], denominator: 2 ** data[1] };
    }
    case 0x59: {
      if (data.length !== 2) return 'damaged';
      const sharps = data[0] > 127 ? data[0] - 256 : data[0];
      if (Math.abs(sharps) > 7 || data[1] > 1) return 'damaged';
      return { type: 'keySignature', tick, sharps, minor: data[1] === 1 };
    }
    default:
      return null;
  }
}

/** UTF-8 where it is that, else one character a byte. */
function textOf(data: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data);
  } catch {
    return Array.from(data, (byte) => String.fromCharCode(byte)).join('');
  }
}
