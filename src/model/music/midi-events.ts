import { type MidiEvent, parseMidi as parseEvents } from 'midi-file';
import { AffettoError } from '../error.ts';

/** An event with the ticks since the start of its track. */
export type TimedEvent = MidiEvent & { absoluteTime: number };

/**
 * The reader below moves by the lengths that it finds in the data. A damaged length that is negative or too large
 * would send it backwards for ever or past the end; here every such step is refused.
 */
class GuardedBytes extends Uint8Array {
  override slice(start = 0, end = this.length): GuardedBytes {
    if (!(start >= 0 && end >= start && end <= this.length)) throw new RangeError('length out of range');
    return this.subarray(start, end) as GuardedBytes;
  }
}

/**
 * The events of one track (given as a one-track MIDI file), read with midi-file, the reader inside @tonejs/midi.
 * Its note pairing is not used: it loses notes after a program change or without a note-off, and takes time that
 * grows with the square of the notes. Throws an input error for damaged data.
 */
export function readEvents(oneTrackFile: Uint8Array, name: string): TimedEvent[] {
  let events: TimedEvent[];
  try {
    events = (parseEvents(new GuardedBytes(oneTrackFile)).tracks[0] ?? []) as TimedEvent[];
  } catch (cause) {
    throw damaged(name, cause);
  }
  let tick = 0;
  for (const event of events) {
    tick += event.deltaTime;
    if (!(event.deltaTime >= 0) || !isWhole(event)) throw damaged(name);
    event.absoluteTime = tick;
  }
  return events;
}

/** False where the reader ran off the end of the track and left holes, or where data bytes have their top bit set. */
function isWhole(event: TimedEvent): boolean {
  switch (event.type) {
    case 'noteOn':
    case 'noteOff':
      return isData(event.noteNumber) && isData(event.velocity);
    case 'controller':
      return isData(event.controllerType) && isData(event.value);
    case 'setTempo':
      return Number.isFinite(event.microsecondsPerBeat);
    case 'timeSignature':
      return Number.isFinite(event.numerator) && Number.isFinite(event.denominator);
    default:
      return typeof event.type === 'string';
  }
}

const isData = (value: number | undefined): boolean => value !== undefined && value >= 0 && value < 128;

function damaged(name: string, cause?: unknown): AffettoError {
  return new AffettoError(`${name} is damaged (its MIDI events cannot be read); export it again.`, 'input', {
    cause,
  });
}
