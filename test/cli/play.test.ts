import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildNode } from '../../scripts/build.mjs';
import { main } from '../../src/cli/main.ts';
import { type FileMessages, fileMessages } from '../../src/model/midi/file-messages.ts';
import { songToBars } from '../../src/model/midi/song-bars.ts';
import { parseMidi } from '../../src/model/music/midi-in.ts';
import { writeMidi } from '../../src/model/music/midi-out.ts';
import type { Piece } from '../../src/model/music/piece.ts';

let folder: string;
const piece: Piece = {
  key: { tonic: 0, mode: 'major' },
  barBeats: [4, 4],
  notes: Array.from({ length: 16 }, (_, i) => ({
    step: 2 * i,
    pitch: 48 + i,
    duration: 2,
    velocity: 40 + i,
  })),
  tempos: [{ beat: 0, bpm: 216 }],
  chords: [],
  pedal: [{ startStep: 1, endStep: 14 }],
};

/** Runs the command line; `ms` later Ctrl-C. */
async function run(args: string[], ms?: number) {
  const lines: string[] = [];
  const controller = new AbortController();
  if (ms !== undefined) setTimeout(() => controller.abort(), ms);
  const io = {
    out: (line: string) => void lines.push(line),
    err: (line: string) => void lines.push(line),
    interactive: false,
    signal: controller.signal,
  };
  return { code: await main(args, io), text: lines.join('\n') };
}

beforeAll(async () => {
  await buildNode();
  folder = mkdtempSync(join(tmpdir(), 'affetto-play-'));
  writeFileSync(join(folder, 'in.mid'), writeMidi(piece, {}));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('plays a file as it is: the recording holds the same notes at the same times', async () => {
  const out = join(folder, 'out.mid');
  const { code, text } = await run(['play', join(folder, 'in.mid'), '--record', out]);
  expect([code, text]).toEqual([0, expect.stringContaining(`Recorded to ${out}`)]);
  const before = parseMidi(readFileSync(join(folder, 'in.mid')), 'in').notes;
  const after = parseMidi(readFileSync(out), 'out').notes;
  expect(after.map(({ pitch, velocity }) => [pitch, velocity])).toEqual(
    before.map(({ pitch, velocity }) => [pitch, velocity]),
  );
  // The recording holds when messages left, which a busy machine delays.
  const shifts = after.map((note, i) => note.startSeconds - before[i].startSeconds).sort((a, b) => a - b);
  expect(Math.abs(shifts[8] - shifts[0])).toBeLessThan(0.2);
});

test('a file of several instruments keeps channels, programs, controllers, bends, drums and its tempo', async () => {
  const track = [
    [0, 0xff, 0x51, 3, 0x04, 0x93, 0xe0], // 200 bpm
    [0, 0xc2, 40],
    [0, 0xb2, 7, 99],
    [0, 0x92, 60, 80],
    [0, 0x99, 36, 100],
    [60, 0xe2, 0, 96],
    [60, 0xb2, 64, 50],
    [60, 0x82, 60, 64],
    [0, 0x89, 36, 64],
    [60, 0xff, 0x51, 3, 0x07, 0xa1, 0x20], // 120 bpm
    [0, 0x92, 62, 81],
    [0x81, 0x70, 0x82, 62, 64],
    [0, 0xff, 0x2f, 0],
  ].flat(); // biome-ignore format: a message a line
  const chunk = (name: string, bytes: number[]) => [
    ...Buffer.from(name),
    0,
    0,
    bytes.length >> 8,
    bytes.length & 255,
    ...bytes,
  ];
  const file = join(folder, 'band.mid');
  writeFileSync(file, Uint8Array.from([...chunk('MThd', [0, 0, 0, 1, 0, 240]), ...chunk('MTrk', track)]));
  const out = join(folder, 'band-out.mid');
  expect((await run(['play', file, '--record', out])).code).toBe(0);
  const before = fileMessages(readFileSync(file), 'in')!;
  const after = fileMessages(readFileSync(out), 'out')!;
  const bytes = ({ messages }: FileMessages) => messages.map((message) => message.bytes);
  // What is out of its middle is set back when playing stops.
  expect(bytes(after).slice(0, before.messages.length)).toEqual(bytes(before));
  expect(bytes(after)).toContainEqual([0xe2, 0, 64]);
  expect(after.drums.map(({ pitch }) => pitch)).toEqual([36]);
  const song = parseMidi(readFileSync(out), 'out');
  expect(song.notes.map(({ pitch, channel }) => [pitch, channel])).toEqual([[60, 2], [62, 2]]); // biome-ignore format: short
  expect(song.tempos.map(({ bpm }) => Math.round(bpm))).toEqual([200, 120]);
  // The second note is on beat 1, whenever the machine got round to it.
  expect(Math.abs(song.notes[1].startTick / song.ticksPerBeat - 1)).toBeLessThan(0.5);
});

test('a file keeps its bars, tempo and pedal', () => {
  const bars = songToBars(parseMidi(writeMidi(piece, {}), 'x'));
  expect(bars.map(({ beats, notes }) => [beats, notes.length])).toEqual([[4, 8], [4, 8]]); // biome-ignore format: short
  expect(bars[0].tempos?.[0].bpm).toBeCloseTo(216, 1);
  expect(bars[0].pedal?.map(({ down }) => down)).toEqual([true, false]);
  expect(bars[0].pedal?.[1].beat).toBeCloseTo(3.5, 2);
});

test.each([
  [['play'], 2, /Name a MIDI file/],
  [['play', 'none.mid', '--record', 'x.mid'], 2, /none\.mid: can't be read/],
  [['play', 'a.mid', '--valence', '0'], 2, /Either a file/],
  [['play', 'a.mid', 'b.mid'], 2, /one file, got 2/],
  [['play', '--valence', '7', '--record', 'x.mid'], 2, /valence must be -1 to 1/],
  [['play', 'a.mid', '--speed', '2'], 2, /--speed/],
  [['panic', '--loud'], 2, /--loud/],
])('refuses %j', async (args, code, message) => {
  const result = await run(args);
  expect([result.code, result.text]).toEqual([code, expect.stringMatching(message)]);
});

test('Ctrl-C ends a loop, the file is complete', async () => {
  const out = join(folder, 'loop.mid');
  const { code } = await run(['play', join(folder, 'in.mid'), '--record', out, '--loop'], 6000);
  expect(code).toBe(0);
  expect(parseMidi(readFileSync(out), 'out').notes.length).toBeGreaterThan(16);
});

test('ports says what is there or what is missing', async () => {
  const { code, text } = await run(['ports', '--json']);
  expect(code).toBe(0);
  const ports = JSON.parse(text);
  expect(typeof ports.status.available).toBe('boolean');
  if (!ports.status.available) expect(ports.status.advice.length).toBeGreaterThan(20);
  expect(Array.isArray(ports.outputs) && Array.isArray(ports.inputs)).toBe(true);
});
