import { largest } from '../lists.ts';
import { type EventBody, fileBytes, type PlacedEvent } from './event-writer.ts';
import type { MpeZone } from './mpe.ts';
import type { MidiFile } from './tone-midi.ts';

interface Finish {
  readonly type: 0 | 1;
  readonly endTick: number;
  readonly zones: readonly MpeZone[];
}

/** Order of events on one tick: signatures and texts, then ends, then pedal, then new notes. */
const FIRST = 0;
const ENDS = 1;
const CONTROLS = 2;
const STARTS = 3;

interface Ranked extends PlacedEvent {
  readonly rank: number;
}

type Track = MidiFile['tracks'][number];
const KEY_NAMES = ['Cb', 'Gb', 'Db', 'Ab', 'Eb', 'Bb', 'F', 'C', 'G', 'D', 'A', 'E', 'B', 'F#', 'C#'];

/**
 * The bytes of a file that @tonejs/midi holds, with what its own writer leaves out or gets wrong: keys (14 sharps too high), the
 * place where a track ends (silent bars at the end), one track in place of several, the order of what happens at one time.
 */
export function finishFile(midi: MidiFile, { type, endTick, zones }: Finish): Uint8Array {
  const [first, ...rest] = midi.tracks.map((track) => trackEvents(track));
  const played = [[...zones.flatMap(zoneEvents), ...(first ?? [])], ...rest];
  const tracks = [conductorEvents(midi), ...played].map(sorted);
  const all = type === 0 ? [inOneTrack(tracks)] : tracks;
  const last = largest(
    all.map((track) => track.at(-1)?.tick ?? 0),
    endTick,
  );
  return fileBytes(
    { format: type, ticksPerBeat: midi.header.ppq },
    all.map((events) => ({ events, endTick: last })),
  );
}

const at = (tick: number, rank: number, event: EventBody): Ranked => ({ tick, rank, event });

function nameEvents(text: string): Ranked[] {
  return text === '' ? [] : [at(0, FIRST, { meta: true, type: 'trackName', text })];
}

function conductorEvents({ header }: MidiFile): Ranked[] {
  return [
    ...nameEvents(header.name),
    ...header.keySignatures.map(({ ticks, key, scale }) =>
      at(ticks, FIRST, {
        meta: true,
        type: 'keySignature',
        key: KEY_NAMES.indexOf(key) - 7,
        scale: scale === 'minor' ? 1 : 0,
      }),
    ),
    ...header.meta.map(({ ticks, type, text }) =>
      at(ticks, FIRST, { meta: true, type: type as 'text', text }),
    ),
    ...header.tempos.map(({ ticks, bpm }) =>
      at(ticks, FIRST, { meta: true, type: 'setTempo', microsecondsPerBeat: Math.round(60e6 / bpm) }),
    ),
    ...header.timeSignatures.map(({ ticks, timeSignature: [numerator, denominator] }) =>
      at(ticks, FIRST, {
        meta: true,
        type: 'timeSignature',
        numerator,
        denominator,
        metronome: 24,
        thirtyseconds: 8,
      }),
    ),
  ];
}

function trackEvents(track: Track): Ranked[] {
  const { channel } = track;
  const events = nameEvents(track.name);
  const { number: programNumber } = track.instrument;
  if (programNumber > 0) events.push(at(0, FIRST, { type: 'programChange', channel, programNumber }));
  for (const { midi: noteNumber, ticks, durationTicks, velocity } of track.notes) {
    events.push(
      at(ticks, STARTS, { type: 'noteOn', channel, noteNumber, velocity: Math.round(velocity * 127) }),
    );
    // The end of a stroke without length stays behind its beginning.
    const rank = durationTicks > 0 ? ENDS : STARTS;
    events.push(at(ticks + durationTicks, rank, { type: 'noteOff', channel, noteNumber, velocity: 64 }));
  }
  for (const number of Object.keys(track.controlChanges))
    for (const { ticks, value } of track.controlChanges[number] ?? []) {
      const moved = Math.round(value * 127);
      const event = { type: 'controller', channel, controllerType: Number(number), value: moved } as const;
      events.push(at(ticks, moved === 0 ? ENDS : CONTROLS, event));
    }
  return events;
}

/** The MPE Configuration Message: registered parameter 6 of the master channel. */
function zoneEvents({ master, members }: MpeZone): Ranked[] {
  const moves = [
    [101, 0],
    [100, 6],
    [6, members],
  ];
  return moves.map(([controllerType, value]) =>
    at(0, FIRST, { type: 'controller', channel: master, controllerType, value }),
  );
}

const sorted = (events: readonly Ranked[]): Ranked[] =>
  [...events].sort((a, b) => a.tick - b.tick || a.rank - b.rank);

/** All tracks as one, named as the first. */
function inOneTrack([first, ...rest]: readonly Ranked[][]): Ranked[] {
  return sorted([...first, ...rest.flat().filter(({ event }) => event.type !== 'trackName')]);
}
