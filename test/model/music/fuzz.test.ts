import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { AffettoError } from '../../../src/model/error.ts';
import { importPiece } from '../../../src/model/music/import.ts';
import { parseMidi } from '../../../src/model/music/midi-in.ts';
import { writeMidi } from '../../../src/model/music/midi-out.ts';
import { randomPiece } from './generated-piece.ts';
import * as b from './midi-builder.ts';

/**
 * AFFETTO_FUZZ=5000 sets the number of mutations (600); AFFETTO_FUZZ_FILES names a folder of real MIDI files to mutate
 * beside the generated ones.
 */
const MUTATIONS = Number(process.env.AFFETTO_FUZZ ?? 600);
const FOLDER = process.env.AFFETTO_FUZZ_FILES;
const CASES = 'test/fixtures/midi-cases';
/** Far above what the slowest takes on a busy machine; a hang is what it is meant to catch. */
const LONGEST_MS = 20_000;

function seeds(): Uint8Array[] {
  const oddities = [
    b.build({ format: 2, tracks: [b.quarters([60, 62, 64, 65]), b.quarters([60, 62])] }),
    b.build({ division: ((256 - 30) << 8) | 80, tracks: [b.quarters([60, 62, 64, 65], 900)] }),
    b.build({
      tracks: [[...b.signature(0, 7, 3), ...b.tempo(100, 300_000), ...b.quarters([60, 62, 64, 65, 67])]],
    }),
  ];
  const generated = Array.from({ length: 20 }, (_, i) =>
    writeMidi(randomPiece(i + 1), { type: i % 4 ? 0 : 1 }),
  );
  const real: Uint8Array[] = [];
  if (FOLDER && existsSync(FOLDER)) {
    const names = readdirSync(FOLDER).filter((name) => name.endsWith('.mid'));
    const every = Math.ceil(names.length / 40);
    for (let i = 0; i < names.length; i += every) real.push(readFileSync(join(FOLDER, names[i])));
  }
  return [...oddities, ...generated, ...real];
}

/** Bytes changed, cut out, doubled, set to extremes, or the file cut short. */
function mutate(source: Uint8Array, next: () => number): Uint8Array {
  let bytes = Uint8Array.from(source);
  const at = (): number => Math.floor(next() * bytes.length);
  for (let count = 1 + Math.floor(next() ** 3 * 8); count > 0; count--) {
    const kind = next();
    const place = next() < 0.1 ? Math.floor(next() * Math.min(40, bytes.length)) : at();
    const length = Math.floor(next() ** 3 * 200);
    if (kind < 0.5) bytes[place] = Math.floor(next() * 256);
    else if (kind < 0.65) bytes[place] = [0, 0x7f, 0x80, 0xff, 0xfe][Math.floor(next() * 5)];
    else if (kind < 0.75)
      bytes = Uint8Array.from([...bytes.subarray(0, place), ...bytes.subarray(place + length)]);
    else if (kind < 0.85) {
      const copy = bytes.subarray(place, place + length);
      const to = at();
      bytes = Uint8Array.from([...bytes.subarray(0, to), ...copy, ...bytes.subarray(to)]);
    } else if (kind < 0.95) bytes.fill(0xff, place, place + Math.floor(next() * 5));
    else bytes = bytes.slice(0, place);
  }
  return bytes;
}

/** Chunk lengths made true again, so that more mutations get past the container. */
function mend(bytes: Uint8Array): Uint8Array {
  const start = 14;
  if (bytes.length < start + 8) return bytes;
  const mended = Uint8Array.from(bytes);
  mended.set([0x4d, 0x54, 0x68, 0x64, 0, 0, 0, 6, 0, mended[9] % 3, 0, 1]);
  mended.set([0x4d, 0x54, 0x72, 0x6b], start);
  new DataView(mended.buffer).setUint32(start + 4, mended.length - start - 8);
  return mended;
}

it(`reads or refuses ${MUTATIONS} damaged files, without a crash or a hang`, { timeout: 3_600_000 }, () => {
  const next = b.random(11);
  const sources = seeds();
  let read = 0;
  let slowest = 0;
  for (let i = 0; i < MUTATIONS; i++) {
    const mutated = mutate(sources[i % sources.length], next);
    const bytes = next() < 0.7 ? mend(mutated) : mutated;
    const start = performance.now();
    try {
      const song = parseMidi(bytes, 'song.mid');
      const { piece, beatTimes, chords } = importPiece(song, { octaveFold: i % 3 === 0 });
      const beats = piece.barBeats.reduce((sum, n) => sum + n, 0);
      expect(piece.barBeats.every((n) => n >= 1 && n <= 4)).toBe(true);
      expect([beatTimes.length, chords.length]).toEqual([beats, beats]);
      expect(piece.notes.every((n) => n.step >= 0 && n.step < beats * 4 && n.duration >= 0.5)).toBe(true);
      expect(piece.tempos.every((t) => t.bpm > 0 && Number.isFinite(t.bpm))).toBe(true);
      expect(beatTimes.every((t) => Number.isFinite(t))).toBe(true);
      read++;
    } catch (error) {
      if (!(error instanceof AffettoError)) throw new Error(`mutation ${i}`, { cause: error });
      expect(error.kind).toBe('input');
    }
    slowest = Math.max(slowest, performance.now() - start);
  }
  expect(slowest).toBeLessThan(LONGEST_MS);
  // Both outcomes must be common, or the mutations are too tame or too wild to show anything.
  expect(read).toBeGreaterThan(MUTATIONS * 0.1);
  expect(read).toBeLessThan(MUTATIONS * 0.9);
  if (process.env.AFFETTO_FUZZ) console.log(`${read} of ${MUTATIONS} read; slowest ${slowest.toFixed(0)} ms`);
});

/** Bytes of a few events changed anywhere in the tracks; fewer than one event in a hundred. */
function touchFew(source: Uint8Array, events: number, next: () => number): Uint8Array {
  const bytes = Uint8Array.from(source);
  const places: number[] = [];
  for (let at = 14; at + 8 <= bytes.length; ) {
    const length = new DataView(bytes.buffer).getUint32(at + 4);
    for (let i = at + 8; i < Math.min(bytes.length, at + 8 + length); i++) places.push(i);
    at += 8 + length;
  }
  const most = Math.max(1, Math.ceil(events / 100) - 1);
  for (let count = 1 + Math.floor(next() * most); count > 0; count--)
    bytes[places[Math.floor(next() * places.length)]] = Math.floor(next() * 256);
  return bytes;
}

it(`refuses none of ${MUTATIONS} files with fewer than one event in a hundred touched`, {
  timeout: 3_600_000,
}, () => {
  const next = b.random(12);
  const cases = readdirSync(CASES).filter((name) => name.endsWith('.mid'));
  const files = [...seeds(), ...cases.map((name) => new Uint8Array(readFileSync(join(CASES, name))))];
  const sources = files.flatMap((bytes) => {
    const { notes, pedal, passedOver } = parseMidi(bytes, 'song.mid');
    const events = 2 * (notes.length + pedal.length);
    return events > 200 && passedOver.length === 0 ? [{ bytes, events }] : [];
  });
  expect(sources.length).toBeGreaterThan(3);
  for (let i = 0; i < MUTATIONS; i++) {
    const { bytes, events } = sources[i % sources.length];
    const touched = touchFew(bytes, events, next);
    try {
      const song = parseMidi(touched, 'song.mid');
      if (i % 20 === 0) importPiece(song);
      expect(2 * song.notes.length).toBeGreaterThan(0);
    } catch (error) {
      throw new Error(`mutation ${i} of ${sources.length} files`, { cause: error });
    }
  }
});
