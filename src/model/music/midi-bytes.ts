import { requireInput } from '../error.ts';
import type { PassedOver } from './passed-over.ts';

/** Files above this size are refused: 16 MiB is beyond any piano piece and keeps reading within seconds. */
export const MAX_MIDI_BYTES = 16 * 1024 * 1024;

export interface MidiHeader {
  readonly format: number;
  /** Ticks a quarter note, or 0 when the file counts film frames. */
  readonly ticksPerBeat: number;
  /** Ticks a second when the file counts film frames, else 0. */
  readonly ticksPerSecond: number;
}

/** Taken where a file does not say how many ticks make a quarter note. */
const USUAL_TICKS_PER_BEAT = 480;

/**
 * The container of a Standard MIDI File, read as leniently as can be: what stands before the header (RIFF, MacBinary) and
 * chunks that are no tracks are skipped, track counts and lengths that lie are set right by looking where the next track
 * begins. Returns the events' bytes of each track. Throws an input error where there is no track at all.
 */
export function splitTracks(
  bytes: Uint8Array,
  name: string,
  passedOver: PassedOver,
): { header: MidiHeader; tracks: Uint8Array[] } {
  requireInput(bytes.length > 0, `${name} is empty; choose a MIDI file that holds music.`);
  requireInput(
    bytes.length <= MAX_MIDI_BYTES,
    `${name} is ${megabytes(bytes.length)} MB; MIDI files up to ${megabytes(MAX_MIDI_BYTES)} MB can be read. Export less of it.`,
  );
  const file = fileWithin(bytes, passedOver);
  requireInput(
    file !== null,
    `${name} is not a MIDI file (it does not begin with MThd); choose a .mid file.`,
  );
  const header = readHeader(file, passedOver);
  const tracks: Uint8Array[] = [];
  let foreign = 0;
  for (let at = firstChunk(file); at + 8 <= file.length; ) {
    const isTrack = tag(file, at) === 'MTrk';
    const end = endOfChunk(file, at);
    if (isTrack) {
      if (end.mended) passedOver.add('the length of a track is wrong');
      tracks.push(file.subarray(at + 8, end.at));
    } else foreign++;
    at = end.at;
  }
  requireInput(
    tracks.length > 0,
    file.length < 14
      ? `${name} is cut short; export or download it again.`
      : `${name} holds no tracks; choose a MIDI file that holds music.`,
  );
  if (foreign > 0) passedOver.add('parts that are no MIDI tracks', foreign);
  const promised = file.length >= 12 ? uint16(file, 10) : 0;
  if (promised !== tracks.length && promised !== tracks.length + foreign)
    passedOver.add(`it says ${promised} tracks and holds ${tracks.length}`);
  return { header, tracks };
}

/** The MIDI file in these bytes, without what other programs put before it; null when there is none. */
function fileWithin(bytes: Uint8Array, passedOver: PassedOver): Uint8Array | null {
  const file = unwrapRiff(bytes);
  if (tag(file, 0) === 'MThd') return file;
  const at = find(file, 'MThd', 0);
  if (at >= 0) {
    passedOver.add('bytes before the MIDI header', at);
    return file.subarray(at);
  }
  // A damaged header: the first track stands 14 bytes behind its beginning.
  const track = find(file, 'MTrk', 0);
  if (track < 14) return null;
  passedOver.add('its header is damaged');
  return file.subarray(track - 14);
}

function readHeader(file: Uint8Array, passedOver: PassedOver): MidiHeader {
  const format = file.length >= 10 ? uint16(file, 8) : 1;
  if (format > 2) passedOver.add(`MIDI format ${format}, which does not exist`);
  const division = file.length >= 14 ? uint16(file, 12) : 0;
  const known = { format: format > 2 ? 1 : format, ticksPerBeat: 0, ticksPerSecond: 0 };
  if (division === 0) {
    passedOver.add('it does not say how its time is divided');
    return { ...known, ticksPerBeat: USUAL_TICKS_PER_BEAT };
  }
  const frames = 0x100 - (division >> 8);
  const ticksPerFrame = division & 0xff;
  if ((division & 0x8000) !== 0 && [24, 25, 29, 30].includes(frames) && ticksPerFrame > 0) {
    // 29 stands for 30 drop frame, which runs at 29.97 frames a second.
    return { ...known, ticksPerSecond: (frames === 29 ? 30_000 / 1001 : frames) * ticksPerFrame };
  }
  // JazzOMat and others write large numbers of ticks a quarter over the bit that announces frames.
  if (division & 0x8000) passedOver.add(`a time division of ${division} is read as ticks a quarter note`);
  return { ...known, ticksPerBeat: division };
}

function firstChunk(file: Uint8Array): number {
  const said = file.length >= 8 ? 8 + uint32(file, 4) : 14;
  if (said >= 14 && isChunk(file, said)) return said;
  const track = find(file, 'MTrk', 8);
  return track < 0 ? file.length : track;
}

/** Where a chunk ends: where it says, if the file or another chunk is there; else where the next track begins. */
function endOfChunk(file: Uint8Array, at: number): { at: number; mended: boolean } {
  const said = at + 8 + uint32(file, at + 4);
  if (said === file.length || isChunk(file, said)) return { at: said, mended: false };
  const next = find(file, 'MTrk', at + 8);
  // Some programs pad the end of the file: what stands there is no music.
  if (next < 0 && said < file.length && endsTrack(file, said)) return { at: file.length, mended: false };
  return { at: next < 0 ? file.length : next, mended: true };
}

const endsTrack = (file: Uint8Array, at: number): boolean =>
  file[at - 3] === 0xff && file[at - 2] === 0x2f && file[at - 1] === 0;

/** True where four printable characters and a length that stays within the file stand. */
function isChunk(file: Uint8Array, at: number): boolean {
  if (at + 8 > file.length) return false;
  if (tag(file, at) === 'MTrk') return true;
  for (let i = at; i < at + 4; i++) if (file[i] < 0x20 || file[i] > 0x7e) return false;
  return at + 8 + uint32(file, at + 4) <= file.length;
}

/** A .rmi file is a RIFF list whose `data` chunk is a MIDI file. */
function unwrapRiff(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 20 || tag(bytes, 0) !== 'RIFF' || tag(bytes, 8) !== 'RMID') return bytes;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = bytes[at + 4] | (bytes[at + 5] << 8) | (bytes[at + 6] << 16) | (bytes[at + 7] * 2 ** 24);
    if (length < 0) return bytes;
    if (tag(bytes, at) === 'data') return bytes.subarray(at + 8, at + 8 + length);
    at += 8 + length + (length & 1);
  }
  return bytes;
}

function find(bytes: Uint8Array, id: string, from: number): number {
  for (let at = bytes.indexOf(id.charCodeAt(0), from); at >= 0; at = bytes.indexOf(id.charCodeAt(0), at + 1))
    if (tag(bytes, at) === id) return at;
  return -1;
}

const tag = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
const uint16 = (bytes: Uint8Array, at: number): number => (bytes[at] << 8) | bytes[at + 1];
const uint32 = (bytes: Uint8Array, at: number): number => uint16(bytes, at) * 65536 + uint16(bytes, at + 2);
const megabytes = (count: number): string => (count / 1024 / 1024).toFixed(count % (1024 * 1024) ? 1 : 0);
