import { expect, test } from 'vitest';
import type { Bar } from '../../../../src/model/midi/bar.ts';
import { pieceToBars } from '../../../../src/model/midi/piece-bars.ts';
import { playableBar } from '../../../../src/model/midi/written-bar.ts';
import { parseMidi } from '../../../../src/model/music/midi-in.ts';
import { writeMidi } from '../../../../src/model/music/midi-out.ts';
import type { Piece, PieceNote } from '../../../../src/model/music/piece.ts';
import { controller, isNoteOn, noteOff, noteOn } from '../../../../src/services/midi/message.ts';
import type { Routing } from '../../../../src/services/midi/protocol.ts';
import { checkSettings, DEFAULT_SETTINGS } from '../../../../src/services/midi/settings.ts';
import { checkBar } from '../../../../src/services/midi/transport/check-bar.ts';
import { expandBar } from '../../../../src/services/midi/transport/expand.ts';
import {
  emotionValue,
  routeNote,
  shapeVelocity,
  usedChannels,
} from '../../../../src/services/midi/transport/routing.ts';
import { splitVoices } from '../../../../src/services/midi/transport/voices.ts';
import { note, plainBar, randomFrom } from '../helpers.ts';

const plain = DEFAULT_SETTINGS.routing;
const split: Routing = { ...plain, channels: { kind: 'voices', melody: 1, chords: 2, bass: 3 } };

test('the highest note is melody, the lowest bass, what lies between chords', () => {
  const voices = splitVoices([note(0, 36), note(0, 60), note(0, 64), note(0, 76), note(1, 74), note(2, 40)]);
  expect(voices).toEqual(['bass', 'chords', 'chords', 'melody', 'melody', 'bass']);
  expect(splitVoices([{ ...note(0, 36), voice: 'melody' }])).toEqual(['melody']);
});

test('voices go to their channels, transposed, folded or dropped at the range', () => {
  expect(routeNote(split, 'bass', 36, 80)).toEqual({ channel: 2, pitch: 36, velocity: 80 });
  expect(usedChannels(split)).toEqual([0, 1, 2]);
  const narrow: Routing = { ...plain, transpose: 12, range: { low: 48, high: 72, outside: 'fold' } };
  expect([30, 50, 80].map((pitch) => routeNote(narrow, 'melody', pitch, 80)?.pitch)).toEqual([54, 62, 68]);
  const strict: Routing = { ...narrow, range: { ...narrow.range, outside: 'drop' } };
  expect(routeNote(strict, 'melody', 80, 80)).toBeNull();
});

test('the velocity curve keeps its ends, bends the middle, and stays in its limits', () => {
  const at = (curve: number, velocity: number, min = 1, max = 127) =>
    shapeVelocity({ ...plain, velocity: { curve, min, max } }, velocity);
  for (let velocity = 1; velocity < 128; velocity++) expect(at(0, velocity)).toBe(velocity);
  expect([at(1, 127), at(-1, 127)]).toEqual([127, 127]);
  expect(at(1, 64)).toBeGreaterThan(96);
  expect(at(-1, 64)).toBeLessThan(24);
  expect([at(0, 10, 40, 90), at(0, 120, 40, 90)]).toEqual([40, 90]);
});

test('emotion values have their middle at 64', () => {
  expect([-1, 0, 1].map(emotionValue)).toEqual([0, 64, 127]);
});

test('a bar becomes messages in sending order; an off never falls on its own on', () => {
  const bar = plainBar(60, { notes: [note(0, 60, 1e-9), note(0, 60, 1)], pedal: [{ beat: 0, down: true }] });
  const events = expandBar(bar, 8, plain);
  expect(events[0]).toMatchObject({ beat: 8, message: controller(0, 64, 127) });
  for (const { note: id, message, beat } of events) {
    if (message[0] === 0x80) {
      const on = events.find((event) => event.note === id && event.message[0] === 0x90)!;
      expect(beat).toBeGreaterThan(on.beat + 0.005);
    }
  }
  const later = expandBar(plainBar(60), 0, plain, 2.5);
  expect(later.map(({ message }) => message)).toEqual([noteOn(0, 63, 80), noteOff(0, 63)]);
});

test('the emotion path becomes controllers, a straight line between points', () => {
  const routing: Routing = { ...plain, emotion: { channel: 1, valence: 20, arousal: null } };
  const bar = { beats: 4, notes: [], emotion: [{ beat: 0, valence: -1, arousal: 0 }, { beat: 4, valence: 1, arousal: 0 }] }; // biome-ignore format: short
  const values = expandBar(bar, 0, routing).map(({ message }) => message[2]);
  expect(values).toHaveLength(32);
  expect(values[0]).toBe(0);
  expect(values[16]).toBe(64);
  expect(values).toEqual([...values].sort((a, b) => a - b));
});

test('a piece becomes bars with its offsets, pedal and tempo', () => {
  const piece: Piece = {
    key: { tonic: 0, mode: 'major' },
    barBeats: [4, 3],
    notes: [
      { step: 0, pitch: 60, duration: 4, velocity: 80 },
      { step: 16, pitch: 62, duration: 0.5, velocity: 70, offset: -0.4 },
      { step: 20, pitch: 64, duration: 8, velocity: 60 },
    ],
    tempos: [{ beat: 0, bpm: 100 }, { beat: 5, bpm: 90 }], // biome-ignore format: short
    chords: [],
    pedal: [{ startStep: 2, endStep: 18 }],
  };
  const [first, second] = pieceToBars(piece, [{ beat: 4, valence: 0.5, arousal: 0 }]);
  expect(first.notes.map(({ beat, length }) => [beat, length])).toEqual([[0, 1], [3.9, 0.125]]); // biome-ignore format: short
  expect(second.notes).toEqual([{ beat: 1, length: 2, pitch: 64, velocity: 60, voice: 'melody' }]);
  // Each bar says how the pedal stands at its line: it may be jumped to, or repeated.
  expect(first.pedal).toEqual([
    { beat: 0, down: false },
    { beat: 0.5, down: true },
  ]);
  expect(second.pedal).toEqual([
    { beat: 0, down: true },
    { beat: 0.5, down: false },
  ]);
  expect(second.tempos).toEqual([{ beat: 1, bpm: 90 }]);
  expect(second.emotion).toEqual([{ beat: 0, valence: 0.5, arousal: 0 }]);
});

/** A chord and a tune in each beat, on the grid or as a hand plays them: everything up to half a step off, each note its own way. */
function twoHands(timing: number): Piece {
  const random = randomFrom(3);
  const notes = Array.from({ length: 32 }, (_, i) => [40 + (i % 5), 55 + (i % 3), 60 + (i % 4), 72 + (i % 7)])
    .flatMap((chord, i) => chord.map((pitch) => ({ step: 2 * i, pitch, duration: 2, velocity: 70 })))
    .map((one) => ({ ...one, offset: timing * (random() - 0.5) }));
  return {
    key: { tonic: 0, mode: 'major' },
    barBeats: [4, 4, 4, 4],
    notes,
    tempos: [{ beat: 0, bpm: 100 }],
    chords: [],
  };
}

test('voices are told by the step that is written: the same notes on the same channels, however they are played', () => {
  const routing: Routing = { ...plain, channels: { kind: 'voices', melody: 1, chords: 2, bass: 3 } };
  const channels = (bars: readonly Bar[]) =>
    bars
      .flatMap((bar) => expandBar(bar, 0, routing))
      .flatMap(({ message }) => (isNoteOn(message) ? [`${message[1]} on ${message[0] & 15}`] : []))
      .sort();
  const onGrid = channels(pieceToBars(twoHands(0)));
  expect(new Set(onGrid.map((text) => text.at(-1)))).toEqual(new Set(['0', '1', '2']));
  for (const timing of [0.3, 1]) {
    const played = twoHands(timing);
    expect(channels(pieceToBars(played))).toEqual(onGrid);
    // Live music is written bar by bar.
    const bars = [0, 1, 2, 3].map((bar) =>
      playableBar({
        beats: 4,
        notes: played.notes
          .filter(({ step }) => Math.floor(step / 16) === bar)
          .map((one) => ({ ...one, step: one.step - 16 * bar })),
        tempos: [],
        chords: [],
      }),
    );
    expect(channels(bars)).toEqual(onGrid);
    // And so is a file: a track a voice.
    const tracks = (piece: Piece) =>
      parseMidi(writeMidi(piece, { voices: true }), 'x')
        .notes.map(({ pitch, channel }) => `${pitch} on ${channel}`)
        .sort();
    expect(tracks(played)).toEqual(onGrid);
  }
});

test('a note of a file keeps its channel, and its other messages are sent as they are', () => {
  const routing: Routing = { ...plain, channels: { kind: 'voices', melody: 1, chords: 2, bass: 3 } };
  const bar: Bar = {
    beats: 4,
    notes: [{ ...note(0, 60), channel: 7 }],
    messages: [
      { beat: 0, bytes: [0xc6, 12] },
      { beat: 1, bytes: [0xe6, 0, 96] },
      { beat: 2, bytes: [0xb6, 64, 50] },
    ],
  };
  expect(expandBar(checkBar(bar, 'x'), 0, routing).map(({ message }) => message)).toEqual([
    [0xc6, 12], noteOn(6, 60, 80), noteOff(6, 60), [0xe6, 0, 96], [0xb6, 64, 50],
  ]); // biome-ignore format: in order
  expect(expandBar(bar, 0, { ...routing, pedal: false })).toHaveLength(4);
});

test('a note of a piece that has a voice is played on the channel of it', () => {
  const note = (pitch: number, voice: NonNullable<PieceNote['voice']>): PieceNote => ({
    step: 0,
    pitch,
    duration: 4,
    velocity: 64,
    voice,
  });
  const piece: Piece = {
    key: { tonic: 0, mode: 'major' },
    barBeats: [4],
    notes: [note(48, 'inner'), note(55, 'melody'), note(76, 'inner'), note(84, 'bass')],
    tempos: [{ beat: 0, bpm: 120 }],
    chords: [],
  };
  const [bar] = pieceToBars(piece);
  expect(splitVoices(bar.notes)).toEqual(['chords', 'melody', 'chords', 'bass']);
});

test.each([
  [{ beats: 4, notes: [{ ...note(0, 60), channel: 17 }] }, /channel 17/],
  [{ beats: 4, notes: [], messages: [{ beat: 0, bytes: [0x90, 60, 1] }] }, /bytes 144 60 1/],
  [{ beats: 4, notes: [], messages: [{ beat: 0, bytes: [0xc0, 200] }] }, /bytes 192 200/],
  [{ beats: 0, notes: [] }, /0 beats/],
  [{ beats: 4, notes: [note(4, 60)] }, /beat 4 of 4/],
  [{ beats: 4, notes: [note(0, 60, Number.NaN)] }, /length of NaN/],
  [{ beats: 4, notes: [note(0, 60, 1, 0)] }, /velocity of 0/],
  [{ beats: 4, notes: [], tempos: [{ beat: 0, bpm: 0 }] }, /tempo of 0/],
])('refuses a broken bar %#', (bar, message) => {
  expect(() => checkBar(bar, 'Bar 1')).toThrow(message);
});

test.each([
  [{ bpm: 5 }, /'bpm' is 5/],
  [{ commitMs: 10 }, /'commitMs' is 10/],
  [{ sync: 'mtc' as 'alone' }, /one of alone, follow, lead/],
  [{ routing: { ...plain, channels: { kind: 'all' as const, channel: 17 } } }, /'channel' is 17/],
  [
    { routing: { ...plain, emotion: { channel: 1, valence: 120, arousal: null } } },
    /'valence controller' is 120/,
  ],
  [{ offsets: { x: 9999 } }, /offset of x/],
  [{ mappings: [{ target: 'tempo' as 'panic', channel: 1, controller: 1 }] }, /mapping target/],
])('refuses settings that make no sense %#', (change, message) => {
  expect(() => checkSettings({ ...DEFAULT_SETTINGS, ...change })).toThrow(message);
});

test('settings keep no member that nothing reads', () => {
  const strange = {
    ...DEFAULT_SETTINGS,
    evil: 'x'.repeat(100),
    output: { kind: 'existing', name: 'Synth', path: '/etc/passwd', more: 1 },
    routing: { ...DEFAULT_SETTINGS.routing, more: {} },
    offsets: { 'Any Port': 12 },
  };
  expect(checkSettings(strange as never)).toEqual({
    ...DEFAULT_SETTINGS,
    output: { kind: 'existing', name: 'Synth', path: '/etc/passwd' },
    offsets: { 'Any Port': 12 },
  });
});
