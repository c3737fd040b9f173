import { type MidiData, type MidiEvent, parseMidi, writeMidi } from 'midi-file';
import type { MpeZone } from './mpe.ts';

type Placed = MidiEvent & { tick: number };

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

/**
 * What @tonejs/midi leaves out of the files that it writes, or writes wrong: keys, the place where a track ends (silent bars at
 * the end), one track in place of several, the order of what happens at one time. Events that say nothing are left out.
 */
export function finishFile(bytes: Uint8Array, { type, endTick, zones }: Finish): Uint8Array {
  const { header, tracks } = parseMidi(bytes) as MidiData;
  const placed = tracks.map(inOrder);
  placed[1]?.unshift(...zones.flatMap(zoneEvents));
  const all = type === 0 ? [inOneTrack(placed)] : placed;
  const last = Math.max(endTick, ...all.map((track) => track.at(-1)?.tick ?? 0));
  return Uint8Array.from(
    writeMidi(
      {
        header: { format: type, numTracks: all.length, ticksPerBeat: header.ticksPerBeat },
        tracks: all.map((track) => withDeltas(track, last)),
      },
      { running: false },
    ),
  );
}

function inOrder(track: readonly MidiEvent[]): Placed[] {
  let tick = 0;
  const placed: { event: Placed; rank: number }[] = [];
  for (const event of track) {
    tick += event.deltaTime;
    if (saysNothing(event)) continue;
    const before = placed.at(-1)?.event;
    // The end of a stroke without length stays behind its beginning.
    const isEmpty =
      event.type === 'noteOff' &&
      before?.type === 'noteOn' &&
      before.tick === tick &&
      before.noteNumber === event.noteNumber;
    placed.push({ event: { ...mended(event), tick }, rank: isEmpty ? STARTS : rankOf(event) });
  }
  placed.sort((a, b) => a.event.tick - b.event.tick || a.rank - b.rank);
  return placed.map(({ event }) => event);
}

/** The MPE Configuration Message: registered parameter 6 of the master channel. */
function zoneEvents({ master, members }: MpeZone): Placed[] {
  const moves = [
    [101, 0],
    [100, 6],
    [6, members],
  ];
  return moves.map(([controllerType, value]) => ({
    tick: 0,
    deltaTime: 0,
    type: 'controller',
    channel: master,
    controllerType,
    value,
  }));
}

const saysNothing = (event: MidiEvent): boolean =>
  event.type === 'endOfTrack' ||
  (event.type === 'programChange' && event.programNumber === 0) ||
  (event.type === 'trackName' && event.text === '');

/** The library writes keys 14 sharps too high. */
const mended = (event: MidiEvent): MidiEvent =>
  event.type === 'keySignature' ? { ...event, key: event.key - 14 } : event;

function rankOf(event: MidiEvent): number {
  switch (event.type) {
    case 'noteOff':
      return ENDS;
    case 'controller':
      return event.value === 0 ? ENDS : CONTROLS;
    case 'noteOn':
      return STARTS;
    default:
      return FIRST;
  }
}

/** All tracks as one, named as the first. */
function inOneTrack(tracks: readonly Placed[][]): Placed[] {
  const [first, ...rest] = tracks;
  const events = [...first, ...rest.flat().filter(({ type }) => type !== 'trackName')];
  const rank = (event: Placed): number => (event.type === 'noteOff' ? ENDS : rankOf(event));
  return events.sort((a, b) => a.tick - b.tick || Math.min(rank(a), ENDS) - Math.min(rank(b), ENDS));
}

function withDeltas(track: readonly Placed[], end: number): MidiEvent[] {
  let before = 0;
  const events = track.map(({ tick, ...event }) => {
    const deltaTime = tick - before;
    before = tick;
    return { ...event, deltaTime } as MidiEvent;
  });
  return [...events, { deltaTime: Math.max(0, end - before), meta: true, type: 'endOfTrack' }];
}
