import { AffettoError, requireInput } from '../error.ts';

/** Files above this size are refused: 16 MiB is beyond any piano piece and keeps reading within seconds. */
export const MAX_MIDI_BYTES = 16 * 1024 * 1024;

export interface MidiHeader {
  readonly format: number;
  /** Ticks a quarter note, or 0 when the file counts film frames. */
  readonly ticksPerBeat: number;
  /** Ticks a second when the file counts film frames, else 0. */
  readonly ticksPerSecond: number;
}

/**
 * The container of a Standard MIDI File: checks the header and every chunk's length, skips chunks that are no tracks.
 * RIFF-wrapped files (.rmi) are unwrapped. Throws an input error for anything else and for files that are cut short.
 * Returns each track as a complete MIDI file of its own, which is what the event reader takes.
 */
export function splitTracks(bytes: Uint8Array, name: string): { header: MidiHeader; tracks: Uint8Array[] } {
  requireInput(bytes.length > 0, `${name} is empty; choose a MIDI file that holds music.`);
  requireInput(
    bytes.length <= MAX_MIDI_BYTES,
    `${name} is ${megabytes(bytes.length)} MB; MIDI files up to ${megabytes(MAX_MIDI_BYTES)} MB can be read. Export less of it.`,
  );
  const file = unwrapRiff(bytes);
  requireInput(
    tag(file, 0) === 'MThd',
    `${name} is not a MIDI file (it does not begin with MThd); choose a .mid file.`,
  );
  const cut = `${name} is cut short; export or download it again.`;
  requireInput(file.length >= 14, cut);
  const headerLength = uint32(file, 4);
  requireInput(headerLength >= 6, `${name} has a damaged MIDI header; export it again.`);
  requireInput(8 + headerLength <= file.length, cut);
  const header = readHeader(file, name);
  const promised = uint16(file, 10);
  const tracks: Uint8Array[] = [];
  for (let at = 8 + headerLength; at + 8 <= file.length && tracks.length < promised; ) {
    const length = uint32(file, at + 4);
    requireInput(at + 8 + length <= file.length, cut);
    if (tag(file, at) === 'MTrk') tracks.push(asOneTrackFile(file.subarray(at, at + 8 + length)));
    at += 8 + length;
  }
  requireInput(promised > 0, `${name} holds no tracks; choose a MIDI file that holds music.`);
  requireInput(tracks.length === promised, cut);
  return { header, tracks };
}

function readHeader(file: Uint8Array, name: string): MidiHeader {
  const format = uint16(file, 8);
  requireInput(format <= 2, `${name} says MIDI format ${format}; formats 0, 1 and 2 exist. Export it again.`);
  const division = uint16(file, 12);
  if ((division & 0x8000) === 0) {
    if (division === 0) throw new AffettoError(`${name} has no time division; export it again.`);
    return { format, ticksPerBeat: division, ticksPerSecond: 0 };
  }
  const frames = 0x100 - (division >> 8);
  const ticksPerFrame = division & 0xff;
  requireInput(
    [24, 25, 29, 30].includes(frames) && ticksPerFrame > 0,
    `${name} has a time division that MIDI does not know; export it again.`,
  );
  // 29 stands for 30 drop frame, which runs at 29.97 frames a second.
  return {
    format,
    ticksPerBeat: 0,
    ticksPerSecond: (frames === 29 ? 30_000 / 1001 : frames) * ticksPerFrame,
  };
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

const ONE_TRACK_HEADER = [0x4d, 0x54, 0x68, 0x64, 0, 0, 0, 6, 0, 0, 0, 1, 0, 96];

function asOneTrackFile(chunk: Uint8Array): Uint8Array {
  const out = new Uint8Array(ONE_TRACK_HEADER.length + chunk.length);
  out.set(ONE_TRACK_HEADER);
  out.set(chunk, ONE_TRACK_HEADER.length);
  return out;
}

const tag = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
const uint16 = (bytes: Uint8Array, at: number): number => (bytes[at] << 8) | bytes[at + 1];
const uint32 = (bytes: Uint8Array, at: number): number => uint16(bytes, at) * 65536 + uint16(bytes, at + 2);
const megabytes = (count: number): string => (count / 1024 / 1024).toFixed(count % (1024 * 1024) ? 1 : 0);
