import { Midi } from '@tonejs/midi';
import { describe, expect, it } from 'vitest';
import { AffettoError } from '../../../src/model/error.ts';
import { parseMidi } from '../../../src/model/music/midi-in.ts';
import * as b from './midi-builder.ts';

const parse = (file: b.BuiltFile) => parseMidi(b.build(file), 'song.mid');

function refusal(bytes: Uint8Array): string {
  try {
    parseMidi(bytes, 'song.mid');
  } catch (error) {
    expect(error).toBeInstanceOf(AffettoError);
    expect((error as AffettoError).kind).toBe('input');
    return (error as Error).message;
  }
  throw new Error('the file was read');
}

describe('parseMidi', () => {
  it('reads notes of all tracks in order, with seconds at the tempo in force', () => {
    const song = parse({
      tracks: [
        [...b.tempo(0, 1_000_000), ...b.tempo(960, 500_000), ...b.endOfTrack()],
        [...b.on(480, 60), ...b.off(480, 60), ...b.on(480, 62), ...b.off(480, 62)],
        [...b.on(0, 36, 100, 1), ...b.off(480, 36, 1)],
      ],
    });
    expect(song.notes.map((n) => [n.pitch, n.startSeconds, n.endSeconds, n.track])).toEqual([
      [36, 0, 1, 2],
      [60, 1, 2, 1],
      [62, 2.5, 3, 1],
    ]);
    expect(song.tempos.map((t) => [t.seconds, t.bpm])).toEqual([
      [0, 60],
      [2, 120],
    ]);
    expect(song.durationSeconds).toBe(3);
  });

  it('agrees with @tonejs/midi on an ordinary file', () => {
    const next = b.random(3);
    const events: number[] = [];
    for (let i = 0; i < 200; i++) {
      const pitch = 40 + Math.floor(next() * 40);
      events.push(
        ...b.on(Math.floor(next() * 100), pitch, 1 + Math.floor(next() * 127)),
        ...b.off(90, pitch),
      );
    }
    const bytes = b.build({ tracks: [[...b.tempo(0, 431_777), ...b.tempo(3000, 611_000)], events] });
    const theirs = new Midi(bytes).tracks.flatMap((track) => track.notes);
    const ours = parseMidi(bytes, 'song.mid').notes;
    expect(ours.length).toBe(theirs.length);
    for (const [i, note] of ours.entries()) {
      expect([note.pitch, note.startTick, note.endTick]).toEqual([
        theirs[i].midi,
        theirs[i].ticks,
        theirs[i].ticks + theirs[i].durationTicks,
      ]);
      expect(note.velocity).toBe(Math.round(theirs[i].velocity * 127));
      expect(note.startSeconds).toBeCloseTo(theirs[i].time, 9);
    }
  });

  it('reads format 0 with running status and note-on of velocity 0 as note-off', () => {
    const song = parse({
      format: 0,
      tracks: [[0, 0x90, 60, 64, ...b.varInt(480), 60, 0, 0, 64, 70, 96, 64, 0]],
    });
    expect(song.notes.map((n) => [n.pitch, n.startTick, n.endTick])).toEqual([
      [60, 0, 480],
      [64, 480, 576],
    ]);
  });

  it('reads the patterns of format 2 one after another', () => {
    const song = parse({ format: 2, tracks: [b.quarters([60, 62, 64]), b.quarters([67, 69])] });
    expect(song.notes.map((n) => n.startTick / 480)).toEqual([0, 1, 2, 4, 5]);
  });

  it('takes SMPTE time as seconds, whatever tempo the file names', () => {
    const division = ((256 - 25) << 8) | 40;
    const song = parse({
      format: 0,
      division,
      tracks: [[...b.tempo(0, 250_000), ...b.on(1000, 60), ...b.off(500, 60)]],
    });
    expect(song.frames).toBe(true);
    expect(song.notes[0]).toMatchObject({ startSeconds: 1, endSeconds: 1.5 });
  });

  it('keeps what the pedal holds: to its release, or to the next stroke of the key', () => {
    const song = parse({
      tracks: [
        [
          ...b.pedal(0, 127),
          ...b.on(0, 60),
          ...b.off(480, 60),
          ...b.on(0, 64),
          ...b.off(480, 64),
          ...b.on(480, 60),
          ...b.off(240, 60),
          ...b.pedal(240, 0),
        ],
      ],
    });
    const beats = song.notes.map((n) => [n.pitch, n.endSeconds * 2, n.soundSeconds * 2]);
    expect(beats).toEqual([
      [60, 1, 3],
      [64, 2, 4],
      [60, 3.5, 4],
    ]);
    expect(song.pedal).toEqual([{ startSeconds: 0, endSeconds: 2 }]);
  });

  it('ends a note where its key is struck again, and each note-off once', () => {
    const song = parse({
      tracks: [[...b.on(0, 60), ...b.on(240, 60), ...b.off(120, 60), ...b.off(240, 60)]],
    });
    expect(song.notes.map((n) => [n.startTick, n.endTick])).toEqual([
      [0, 240],
      [240, 600],
    ]);
  });

  it('keeps notes across a program change and ends those never let go with the track', () => {
    const song = parse({
      tracks: [[...b.on(0, 60), 0, 0xc0, 5, ...b.off(480, 60), ...b.on(0, 62), ...b.endOfTrack(960)]],
    });
    expect(song.notes.map((n) => [n.pitch, n.endTick])).toEqual([
      [60, 480],
      [62, 1440],
    ]);
  });

  it('leaves out drums, empty tracks and chunks that are no tracks', () => {
    const file = b.build({
      tracks: [[], b.endOfTrack(), [...b.on(0, 36, 90, 9), ...b.off(9, 36, 9)], b.quarters([60])],
    });
    const alien = b.chunk('XFIH', [1, 2, 3]);
    const bytes = Uint8Array.from([...file.subarray(0, 14), ...alien, ...file.subarray(14)]);
    expect(parseMidi(bytes, 'song.mid').notes.map((n) => n.pitch)).toEqual([60]);
  });

  it('reads markers, signatures and RIFF-wrapped files', () => {
    const midi = b.build({
      tracks: [[...b.signature(0, 3, 2), ...b.marker(480, 'Am'), ...b.quarters([60])]],
    });
    const riff = [
      ...b.chunk('RIFF', []).slice(0, 4),
      0,
      0,
      0,
      0,
      ...Buffer.from('RMIDdata'),
      midi.length,
      0,
      0,
      0,
    ];
    const song = parseMidi(Uint8Array.from([...riff, ...midi]), 'song.rmi');
    expect(song.timeSignatures).toEqual([{ tick: 0, seconds: 0, numerator: 3, denominator: 4 }]);
    expect(song.markers).toEqual([{ tick: 480, seconds: 0.5, text: 'Am' }]);
  });
});

describe('what cannot be read is refused by name, with what to do', () => {
  const good = b.build({ tracks: [b.quarters([60, 62, 64])] });
  it.each([
    ['empty', new Uint8Array(), /song\.mid is empty; choose/],
    ['not MIDI', new TextEncoder().encode('<html>nothing here</html>'), /not a MIDI file/],
    ['cut in the header', good.subarray(0, 9), /cut short/],
    ['cut in a track', good.subarray(0, good.length - 5), /cut short/],
    [
      'a track missing',
      b.build({ tracks: [b.quarters([60]), b.quarters([60])] }).subarray(0, 14 + 8 + 10),
      /cut short/,
    ],
    ['only drums', b.build({ tracks: [[...b.on(0, 36, 90, 9), ...b.off(9, 36, 9)]] }), /only drums/],
    ['no notes', b.build({ tracks: [b.endOfTrack(100)] }), /holds no notes/],
    ['no tracks', b.build({ tracks: [] }), /no tracks/],
    ['no time division', b.build({ division: 0, tracks: [b.quarters([60])] }), /time division/],
    ['format 7', b.build({ format: 7, tracks: [b.quarters([60])] }), /format 7/],
    [
      'a length that points backwards',
      b.build({ tracks: [[0, 0xff, 1, 0xff, 0xff, 0xff, 0xff, 0x7f, 65]] }),
      /damaged/,
    ],
    ['a status byte as data', b.build({ tracks: [[0, 0x90, 60, 200]] }), /damaged/],
    ['an event cut off', b.build({ tracks: [[0, 0x90, 60]] }), /damaged/],
    [
      'six hours',
      b.build({ tracks: [[...b.on(0, 60), ...b.off(480 * 2 * 3600 * 6, 60)]] }),
      /6\.0 hours long; at most 2/,
    ],
    ['17 MB', new Uint8Array(17 * 1024 * 1024), /17 MB; MIDI files up to 16 MB/],
  ])('%s', (_, bytes, message) => {
    expect(refusal(bytes)).toMatch(message);
    expect(refusal(bytes)).toMatch(/^song\.mid /);
  });
});

describe('size', () => {
  // Processor time: what a busy machine adds is not the reader's.
  it('reads a 10 MB file in seconds', { timeout: 600_000 }, () => {
    const notes = 1_250_000;
    const bytes = new Uint8Array(22 + notes * 8);
    bytes.set(b.build({ format: 0, tracks: [[]] }));
    new DataView(bytes.buffer).setUint32(18, notes * 8);
    for (let i = 0; i < notes; i++) {
      bytes.set([1, 0x90, 21 + (i % 88), 64, 1, 0x80, 21 + (i % 88), 0], 22 + i * 8);
    }
    const start = process.cpuUsage();
    expect(parseMidi(bytes, 'song.mid').notes.length).toBe(notes);
    expect(process.cpuUsage(start).user / 1e6).toBeLessThan(30);
  });
});
