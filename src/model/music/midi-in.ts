import { AffettoError, requireInput } from '../error.ts';
import { type HeldKey, type HeldPedal, holdKeys } from './keys-held.ts';
import { splitTracks } from './midi-bytes.ts';
import { readEvents } from './midi-events.ts';
import type { MidiSong, TimedNote, TimedPedal } from './song.ts';
import { TempoMap } from './tempo-map.ts';

export type { MidiSong, TimedNote } from './song.ts';

/** The longest music that is read, from the first note to the end of the last. */
export const MAX_HOURS = 2;

interface Raw {
  keys: (HeldKey & { track: number })[];
  pedals: HeldPedal[];
  tempos: { tick: number; microseconds: number }[];
  signatures: { tick: number; numerator: number; denominator: number }[];
  markers: { tick: number; text: string }[];
  drums: number;
  endTick: number;
}

/**
 * Reads a MIDI file (formats 0, 1, 2; SMPTE or musical time) into what was played. Drum notes (channel 10) are left out.
 * `name` is what messages call the file. Throws an input error that says what is wrong and what to do when the file is
 * damaged, cut short, too large, longer than two hours, or holds no notes.
 */
export function parseMidi(bytes: Uint8Array, name: string): MidiSong {
  const { header, tracks } = splitTracks(bytes, name);
  const raw: Raw = { keys: [], pedals: [], tempos: [], signatures: [], markers: [], drums: 0, endTick: 0 };
  // Frames know no beats: take the MIDI default tempo as the unit, so that a "beat" is half a second.
  const ticksPerBeat = header.ticksPerBeat || header.ticksPerSecond / 2;
  let offset = 0;
  for (const [index, track] of tracks.entries()) {
    const end = collect(raw, track, index, offset, name);
    raw.endTick = Math.max(raw.endTick, end);
    // Format 2 holds patterns, each with its own time: they are read one after another, from bar to bar.
    if (header.format === 2) offset = Math.ceil(end / ticksPerBeat / 4) * ticksPerBeat * 4;
  }
  requireInput(
    raw.keys.length > 0,
    raw.drums > 0
      ? `${name} holds only drums (channel 10); choose a file with notes for a piano.`
      : `${name} holds no notes; choose a MIDI file that holds music.`,
  );
  return timed(
    raw,
    new TempoMap(header.ticksPerBeat ? raw.tempos : [], ticksPerBeat),
    name,
    !header.ticksPerBeat,
  );
}

/** Adds one track to the rest; returns its last tick. */
function collect(raw: Raw, track: Uint8Array, index: number, offset: number, name: string): number {
  const events = readEvents(track, name);
  const { keys, pedals, drums } = holdKeys(events);
  for (const key of keys) {
    key.startTick += offset;
    key.endTick += offset;
    key.soundTick += offset;
    raw.keys.push({ ...key, track: index });
  }
  for (const { startTick, endTick } of pedals) {
    raw.pedals.push({ startTick: startTick + offset, endTick: endTick + offset });
  }
  raw.drums += drums;
  for (const event of events) {
    const tick = event.absoluteTime + offset;
    if (event.type === 'setTempo') raw.tempos.push({ tick, microseconds: event.microsecondsPerBeat });
    else if (event.type === 'timeSignature' && event.numerator > 0 && event.denominator > 0) {
      raw.signatures.push({ tick, numerator: event.numerator, denominator: event.denominator });
    } else if (event.type === 'marker') raw.markers.push({ tick, text: event.text });
  }
  return (events.at(-1)?.absoluteTime ?? 0) + offset;
}

function timed(raw: Raw, map: TempoMap, name: string, frames: boolean): MidiSong {
  const notes = raw.keys.map(
    (key): TimedNote => ({
      pitch: key.pitch,
      velocity: key.velocity,
      startSeconds: map.seconds(key.startTick),
      endSeconds: map.seconds(key.endTick),
      soundSeconds: map.seconds(key.soundTick),
      startTick: key.startTick,
      endTick: key.endTick,
      track: key.track,
      channel: key.channel,
    }),
  );
  notes.sort((a, b) => a.startTick - b.startTick || a.pitch - b.pitch || a.track - b.track);
  let durationSeconds = 0;
  for (const note of notes) durationSeconds = Math.max(durationSeconds, note.endSeconds);
  const hours = (durationSeconds - notes[0].startSeconds) / 3600;
  if (!(hours <= MAX_HOURS)) {
    const length = hours < 1000 ? `${hours.toFixed(1)} hours long` : 'absurdly long';
    throw new AffettoError(
      `${name} is ${length}; at most ${MAX_HOURS} hours can be read. Cut it into pieces.`,
    );
  }
  const byTick = (a: { tick: number }, b: { tick: number }): number => a.tick - b.tick;
  return {
    name,
    durationSeconds,
    endTick: raw.endTick,
    notes,
    pedal: joinPedals(raw.pedals, map),
    tempos: map.tempos,
    timeSignatures: raw.signatures
      .sort(byTick)
      .map((event) => ({ ...event, seconds: map.seconds(event.tick) })),
    markers: raw.markers.sort(byTick).map((event) => ({ ...event, seconds: map.seconds(event.tick) })),
    ticksPerBeat: map.ticksPerBeat,
    frames,
  };
}

/** The pedals of all tracks and channels as one: down while any is down. */
function joinPedals(pedals: HeldPedal[], map: TempoMap): TimedPedal[] {
  const joined: HeldPedal[] = [];
  for (const pedal of pedals.sort((a, b) => a.startTick - b.startTick)) {
    const last = joined.at(-1);
    if (last && pedal.startTick < last.endTick) last.endTick = Math.max(last.endTick, pedal.endTick);
    else joined.push({ ...pedal });
  }
  return joined.map(({ startTick, endTick }) => ({
    startSeconds: map.seconds(startTick),
    endSeconds: map.seconds(endTick),
  }));
}
