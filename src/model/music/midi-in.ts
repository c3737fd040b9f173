import { AffettoError, requireInput } from '../error.ts';
import { largest } from '../lists.ts';
import { readConductor } from './conductor.ts';
import { type HeldKey, type HeldPedal, holdKeys, type TrackEvent } from './keys-held.ts';
import { mendTime } from './mend-time.ts';
import { splitTracks } from './midi-bytes.ts';
import { readEvents } from './midi-events.ts';
import { PassedOver } from './passed-over.ts';
import type { MidiSong, SongPart, TimedNote, TimedPedal } from './song.ts';
import { TempoMap } from './tempo-map.ts';

export type { MidiSong } from './song.ts';

/** The longest music that is read, from the first note to the end of the last. */
const MAX_HOURS = 2;
/** More are no piano music that anyone could look at. */
const MOST_NOTES = 200_000;
/** Sustain, sostenuto, soft, and Reset All Controllers, which lets go of them. */
const PEDALS: ReadonlySet<number> = new Set([64, 66, 67, 121]);
const MOST_EVENTS = 1_000_000;

/**
 * Reads a MIDI file (formats 0, 1, 2; SMPTE or musical time) into what was played. Drum notes (channel 10) are left out.
 * `name` is what messages call the file. What is broken is skipped and told in `passedOver`; an input error, which says what to
 * do, is thrown only for what holds no notes, or more music than can be read.
 */
export function parseMidi(bytes: Uint8Array, name: string): MidiSong {
  const passedOver = new PassedOver();
  const { header, tracks } = splitTracks(bytes, name, passedOver);
  // Frames know no beats: take the MIDI default tempo as the unit, so that a "beat" is half a second.
  const ticksPerBeat = header.ticksPerBeat || header.ticksPerSecond / 2;
  const { events, endTicks } = allEvents(tracks, header.format === 2 ? ticksPerBeat : 0, name, passedOver);
  const { keys, pedals, drums, zones } = holdKeys(events, endTicks);
  requireInput(
    keys.length > 0,
    drums > 0
      ? `${name} holds only drums (channel 10); choose a file with notes for a piano.`
      : `${name} holds no notes; choose a MIDI file that holds music.`,
  );
  requireInput(
    keys.length <= MOST_NOTES,
    `${name} holds ${keys.length} notes; files of up to ${MOST_NOTES} can be read. Cut it into pieces.`,
  );
  if (drums > 0) passedOver.add('drum notes (channel 10)', drums);
  const conductor = readConductor(events);
  const said = header.ticksPerBeat ? conductor.tempos : [];
  const mended = mendTime({ keys, pedals, tempos: said, ticksPerBeat }, MAX_HOURS, passedOver);
  const map = new TempoMap(mended.tempos, ticksPerBeat);
  const seconds = <T extends { tick: number }>(list: readonly T[]) =>
    list.map((event) => ({ ...event, seconds: map.seconds(event.tick) }));
  const notes = timed(keys, map);
  return {
    name,
    title: titleOf(events),
    durationSeconds: lengthOf(notes, name),
    endTick: largest(endTicks),
    notes,
    parts: partsOf(notes, events),
    zones,
    pedal: joinPedals(pedals, map),
    pedals: events.flatMap((event) =>
      event.type === 'controller' && PEDALS.has(event.number)
        ? [{ tick: event.tick, channel: event.channel, number: event.number, value: event.value }]
        : [],
    ),
    tempos: map.tempos,
    saysTempo: mended.tempos.length > 0,
    timeSignatures: seconds(conductor.timeSignatures),
    keySignatures: seconds(conductor.keySignatures),
    markers: seconds(conductor.markers),
    ticksPerBeat: map.ticksPerBeat,
    frames: !header.ticksPerBeat,
    passedOver: passedOver.list(),
  };
}

/**
 * The events of all tracks in order of time. `patternBeat`: ticks a beat where tracks are patterns (format 2), each with its own
 * time; they are read one after another, from bar to bar. 0 where all begin together.
 */
function allEvents(tracks: readonly Uint8Array[], patternBeat: number, name: string, passedOver: PassedOver) {
  const events: TrackEvent[] = [];
  const endTicks: number[] = [];
  let offset = 0;
  for (const [track, bytes] of tracks.entries()) {
    const read = readEvents(bytes, passedOver, MOST_EVENTS - events.length);
    for (const event of read.events) events.push({ ...event, tick: event.tick + offset, track });
    requireInput(
      events.length < MOST_EVENTS,
      `${name} holds more than ${MOST_EVENTS} MIDI events; export the piano alone, and less of it.`,
    );
    endTicks.push(read.endTick + offset);
    if (patternBeat) offset = Math.ceil((read.endTick + offset) / patternBeat / 4) * patternBeat * 4;
  }
  if (tracks.length > 1) events.sort((a, b) => a.tick - b.tick || a.track - b.track);
  return { events, endTicks };
}

function timed(keys: readonly HeldKey[], map: TempoMap): TimedNote[] {
  const notes = keys.map((key) => ({
    pitch: key.pitch,
    velocity: key.velocity,
    startSeconds: map.seconds(key.startTick),
    endSeconds: map.seconds(key.endTick),
    soundSeconds: map.seconds(key.soundTick),
    startTick: key.startTick,
    endTick: key.endTick,
    track: key.track,
    channel: key.channel,
  }));
  return notes.sort((a, b) => a.startTick - b.startTick || a.pitch - b.pitch || a.track - b.track);
}

function lengthOf(notes: readonly TimedNote[], name: string): number {
  let end = 0;
  for (const note of notes) end = Math.max(end, note.endSeconds);
  const hours = (end - notes[0].startSeconds) / 3600;
  if (hours <= MAX_HOURS) return end;
  const length = hours < 1000 ? `${hours.toFixed(1)} hours long` : 'absurdly long';
  throw new AffettoError(`${name} is ${length}; at most ${MAX_HOURS} hours can be read. Cut it into pieces.`);
}

function partsOf(notes: readonly TimedNote[], events: readonly TrackEvent[]): SongPart[] {
  const names = new Map<number, string>();
  const programs = new Map<string, number>();
  for (const event of events) {
    if (event.type === 'text' && event.kind === 'trackName' && !names.has(event.track))
      names.set(event.track, event.text);
    const place = event.type === 'program' ? `${event.track} ${event.channel}` : '';
    if (event.type === 'program' && !programs.has(place)) programs.set(place, event.number);
  }
  const parts = new Map<number, SongPart>();
  for (const { track, channel } of notes) {
    const program = programs.get(`${track} ${channel}`) ?? 0;
    const part = { track, channel, name: names.get(track) ?? '', program };
    if (!parts.has(track * 16 + channel)) parts.set(track * 16 + channel, part);
  }
  return [...parts].sort(([a], [b]) => a - b).map(([, part]) => part);
}

/** The name of the first track is the file's. */
function titleOf(events: readonly TrackEvent[]): string {
  const first = events.find(
    (event) => event.type === 'text' && event.kind === 'trackName' && event.track === 0,
  );
  return first?.type === 'text' ? first.text : '';
}

/** The pedals of all channels as one: down while any is down. */
function joinPedals(pedals: HeldPedal[], map: TempoMap): TimedPedal[] {
  const joined: HeldPedal[] = [];
  for (const pedal of pedals.sort((a, b) => a.startTick - b.startTick)) {
    const last = joined.at(-1);
    if (last && pedal.startTick < last.endTick) last.endTick = Math.max(last.endTick, pedal.endTick);
    else joined.push({ ...pedal });
  }
  return joined.map(({ startTick, endTick }) => ({
    startTick,
    endTick,
    startSeconds: map.seconds(startTick),
    endSeconds: map.seconds(endTick),
  }));
}
