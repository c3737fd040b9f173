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
    expect(song.pedal).toEqual([{ startSeconds: 0, endSeconds: 2, startTick: 0, endTick: 1920 }]);
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
    expect(song.markers).toEqual([{ tick: 480, seconds: 0.5, kind: 'marker', text: 'Am' }]);
  });
});

describe('what cannot be read is refused by name, with what to do', () => {
  const good = b.build({ tracks: [b.quarters([60, 62, 64])] });
  it.each([
    ['empty', new Uint8Array(), /song\.mid is empty; choose/],
    ['not MIDI', new TextEncoder().encode('<html>nothing here</html>'), /not a MIDI file/],
    ['cut in the header', good.subarray(0, 9), /cut short/],
    ['only drums', b.build({ tracks: [[...b.on(0, 36, 90, 9), ...b.off(9, 36, 9)]] }), /only drums/],
    ['no notes', b.build({ tracks: [b.endOfTrack(100)] }), /holds no notes/],
    ['no tracks', b.build({ tracks: [] }), /no tracks/],
    ['a cut-off event alone', b.build({ tracks: [[0, 0x90, 60]] }), /holds no notes/],
    [
      'a length past the end alone',
      b.build({ tracks: [[0, 0xff, 1, 0xff, 0xff, 0xff, 0x7f, 65]] }),
      /no notes/,
    ],
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

describe('what is broken is skipped and told', () => {
  const tune = b.quarters([60, 62, 64, 65]);
  const good = b.build({ tracks: [tune] });
  const withTrack = (track: number[]) => b.build({ tracks: [track] });
  const patched = (at: number, value: number) => {
    const bytes = Uint8Array.from(good);
    bytes[at] = value;
    return bytes;
  };
  const mac = new Uint8Array(128 + good.length);
  mac.set(good, 128);
  it.each([
    ['a wrong length of the track', patched(21, 200), /length of a track/],
    ['a length past the end', patched(18, 0x7f), /length of a track/],
    ['a track that is not there', patched(11, 2), /says 2 tracks and holds 1/],
    ['no time division', b.build({ division: 0, tracks: [tune] }), /how its time is divided/],
    ['format 7', b.build({ format: 7, tracks: [tune] }), /format 7/],
    ['a division of more than 15 bits', b.build({ division: 0xd890, tracks: [tune] }), /55440/],
    ['a damaged header', patched(0, 0x20), /header is damaged/],
    ['a MacBinary header', mac, /bytes before the MIDI header/],
    ['a stray realtime byte', withTrack([0, 0xfe, ...tune]), /realtime/],
    [
      'a realtime byte in an event',
      withTrack([0, 0x90, 60, 0xf8, 80, ...b.off(480, 60), ...tune.slice(9)]),
      /realtime/,
    ],
    ['a value above 127', withTrack([0, 0xb0, 7, 255, ...tune]), /values above 127/],
    ['a long sequence number', withTrack([0, 0xff, 0, 1, 5, ...tune]), /wrong length/],
    ['an empty key signature', withTrack([0, 0xff, 0x59, 0, ...tune]), /wrong length/],
    ['bytes after the end of the track', withTrack([...tune, ...b.endOfTrack(), 1, 2, 3]), /after the end/],
  ])('%s', (_, bytes, told) => {
    const { notes, passedOver } = parseMidi(bytes, 'song.mid');
    expect(notes.map((note) => note.pitch)).toEqual([60, 62, 64, 65]);
    expect(passedOver.join('; ')).toMatch(told);
  });

  it('nothing is told of a sound file, nor of a sequence number left out', () => {
    expect(parseMidi(good, 'x').passedOver).toEqual([]);
    expect(parseMidi(withTrack([0, 0xff, 0, 0, ...tune]), 'x').passedOver).toEqual([]);
  });

  it('a file cut short is read as far as it goes', () => {
    const { notes, passedOver } = parseMidi(good.subarray(0, good.length - 3), 'x');
    expect(notes).toHaveLength(4);
    expect(passedOver.length).toBeGreaterThan(0);
  });

  it('reading goes on behind nonsense', () => {
    const { notes } = parseMidi(withTrack([...tune, 0, 0x90, 0x91, 0x92, 0x93, ...tune, ...tune]), 'x');
    expect(notes.length).toBeGreaterThanOrEqual(11);
  });
});

describe('channels and controllers', () => {
  it('a pedal holds the notes of its channel in every track', () => {
    const pedal = [...b.pedal(0, 127), ...b.pedal(960, 0)];
    const right = [...b.on(0, 72), ...b.off(100, 72)];
    const left = [...b.on(0, 48), ...b.off(100, 48)];
    const apart = parse({ tracks: [pedal, right, left] });
    const together = parse({
      format: 0,
      tracks: [
        [
          ...b.pedal(0, 127),
          ...b.on(0, 48),
          ...b.on(0, 72),
          ...b.off(100, 48),
          ...b.off(0, 72),
          ...b.pedal(860, 0),
        ],
      ],
    });
    const rings = (song: ReturnType<typeof parse>) => song.notes.map((n) => [n.pitch, n.soundSeconds]);
    expect(rings(apart)).toEqual([
      [48, 1],
      [72, 1],
    ]);
    expect(rings(together)).toEqual(rings(apart));
  });

  it('All Notes Off lets go of every key, Reset All Controllers of the pedal', () => {
    const song = parse({
      tracks: [
        [...b.on(0, 60), 120, 0xb0, 123, 0, ...b.pedal(0, 127), 120, 0xb0, 121, 0, ...b.quarters([62])],
      ],
    });
    expect(song.notes[0].endTick).toBe(120);
    expect(song.pedal.map((p) => [p.startTick, p.endTick])).toEqual([[120, 240]]);
  });

  it('a lost note-off lengthens no later stroke', () => {
    const strokes = Array.from({ length: 4 }, () => [...b.on(480, 60), ...b.off(240, 60)]).flat();
    const song = parse({ tracks: [[...b.on(0, 60), ...strokes]] });
    expect(song.notes.map((n) => n.endTick - n.startTick)).toEqual([480, 240, 240, 240, 240]);
  });

  it('channel 10 in an MPE zone is no drum', () => {
    const zone = [0, 0xb0, 101, 0, 0, 0xb0, 100, 6, 0, 0xb0, 6, 15];
    const notes = [...b.on(0, 60, 80, 9), ...b.off(240, 60, 9), ...b.on(0, 62, 80, 1), ...b.off(240, 62, 1)];
    expect(parse({ tracks: [[...zone, ...notes]] }).notes).toHaveLength(2);
    expect(parse({ tracks: [notes] }).notes).toHaveLength(1);
  });
});

describe('one damaged time', () => {
  const tune = b.quarters(Array.from({ length: 60 }, (_, i) => 60 + (i % 12)));
  it.each([
    ['a silence of days', [...tune, ...b.on(200_000_000, 60), ...b.off(480, 60), ...tune]],
    [
      'a tempo of four beats a minute',
      [...tune, ...b.tempo(0, 16_000_000), ...b.quarters(new Array(900).fill(60))],
    ],
  ])('%s is taken out', (_, track) => {
    const song = parse({ tracks: [track] });
    expect(song.durationSeconds).toBeLessThan(600);
    expect(song.passedOver.join()).toMatch(/to be meant/);
  });
});

describe('size', () => {
  // Processor time: what a busy machine adds is not the reader's.
  const many = (notes: number) => {
    const bytes = new Uint8Array(22 + notes * 8);
    bytes.set(b.build({ format: 0, tracks: [[]] }));
    new DataView(bytes.buffer).setUint32(18, notes * 8);
    for (let i = 0; i < notes; i++) {
      bytes.set([1, 0x90, 21 + (i % 88), 64, 1, 0x80, 21 + (i % 88), 0], 22 + i * 8);
    }
    return bytes;
  };

  it('reads the most notes that there may be, and refuses more, in seconds', { timeout: 600_000 }, () => {
    const start = process.cpuUsage();
    expect(parseMidi(many(200_000), 'song.mid').notes.length).toBe(200_000);
    expect(refusal(many(300_000))).toMatch(/300000 notes/);
    expect(refusal(many(2_000_000))).toMatch(/more than 1000000 MIDI events/);
    expect(process.cpuUsage(start).user / 1e6).toBeLessThan(30);
  });
});
