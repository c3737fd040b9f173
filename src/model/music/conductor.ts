import { fileBytes, type PlacedEvent } from './event-writer.ts';
import type { FileText } from './file-time.ts';
import type { TrackEvent } from './keys-held.ts';
import { Midi } from './tone-midi.ts';
import { fromBytes, toBytes } from './utf8.ts';

/** What a file says about all of its tracks. Ticks from its start. */
export interface Conductor {
  readonly tempos: readonly { tick: number; microseconds: number }[];
  readonly timeSignatures: readonly { tick: number; numerator: number; denominator: number }[];
  readonly keySignatures: readonly { tick: number; sharps: number; mode: 'major' | 'minor' }[];
  readonly markers: readonly { tick: number; kind: FileText; text: string }[];
}

const NAMES = ['Cb', 'Gb', 'Db', 'Ab', 'Eb', 'Bb', 'F', 'C', 'G', 'D', 'A', 'E', 'B', 'F#', 'C#'];

/**
 * Tempos, signatures and markers of all tracks, read by @tonejs/midi from the clean track that is made of them here: it reads
 * them rightly, but a single damaged event, or a marker outside the first track, would be lost to it.
 */
export function readConductor(events: readonly TrackEvent[]): Conductor {
  const said = events.flatMap((event) => metaEvent(event) ?? []);
  const track = { events: said, endTick: said.at(-1)?.tick ?? 0 };
  const read = new Midi(fileBytes({ format: 0, ticksPerBeat: 480 }, [track])).header;
  return {
    tempos: read.tempos.map(({ ticks, bpm }) => ({ tick: ticks, microseconds: Math.round(60e6 / bpm) })),
    timeSignatures: read.timeSignatures.map(({ ticks, timeSignature: [numerator, denominator] }) => ({
      tick: ticks,
      numerator,
      denominator,
    })),
    keySignatures: read.keySignatures.map(({ ticks, key, scale }) => ({
      tick: ticks,
      sharps: NAMES.indexOf(key) - 7,
      mode: scale === 'minor' ? 'minor' : 'major',
    })),
    markers: read.meta.map(({ ticks, type, text }) => ({
      tick: ticks,
      kind: type as FileText,
      text: fromBytes(text),
    })),
  };
}

function metaEvent(event: TrackEvent): PlacedEvent | null {
  const { tick } = event;
  switch (event.type) {
    case 'tempo':
      return { tick, event: { meta: true, type: 'setTempo', microsecondsPerBeat: event.microseconds } };
    case 'timeSignature': {
      const { numerator, denominator } = event;
      const metre = { numerator, denominator, metronome: 24, thirtyseconds: 8 };
      return { tick, event: { meta: true, type: 'timeSignature', ...metre } };
    }
    case 'keySignature':
      return {
        tick,
        event: { meta: true, type: 'keySignature', key: event.sharps, scale: event.minor ? 1 : 0 },
      };
    case 'text':
      if (event.kind === 'trackName') return null;
      return { tick, event: { meta: true, type: event.kind, text: toBytes(event.text) } };
    default:
      return null;
  }
}
