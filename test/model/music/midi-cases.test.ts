import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../../src/cli/analysis.ts';
import { loadHearing } from '../../../src/cli/hearing.ts';
import { importPiece } from '../../../src/model/music/import.ts';
import { parseMidi } from '../../../src/model/music/midi-in.ts';
import { writeMidi } from '../../../src/model/music/midi-out.ts';
import type { MidiSong } from '../../../src/model/music/song.ts';

/** Small files after public bug reports and real ones, each with a known answer. */
const FOLDER = 'test/fixtures/midi-cases';
const names = readdirSync(FOLDER).filter((name) => name.endsWith('.mid'));
const read = (name: string): MidiSong => parseMidi(readFileSync(join(FOLDER, name)), name);
const again = (song: MidiSong): MidiSong =>
  parseMidi(writeMidi(importPiece(song).piece, { chords: false }), song.name);

const hearing = await loadHearing(() => {});

/** First bar line and length of a bar in seconds, number of bars; tempo; key. */
interface Answer {
  readonly bar?: readonly [number, number, number];
  readonly bpm?: number;
  readonly key?: string;
}
const BASE: Answer = { bpm: 96, key: 'C major', bar: [0, 2.5, 8] };
const ANSWERS: Readonly<Record<string, Answer>> = {
  'base.mid': BASE,
  'eot_trailing_byte.mid': BASE,
  'seqnum_len0.mid': BASE,
  'cc7_255.mid': BASE,
  'ntrks_plus1.mid': BASE,
  'vendor_chunk_counted.mid': BASE,
  'keysig_len0.mid': BASE,
  'realtime_fe.mid': BASE,
  'mixed_triplets_120.mid': { bpm: 120, bar: [0, 2, 16] },
  'sixteenths_with_32nds_120.mid': { bpm: 120 },
  'repeated_32nds.mid': {},
  'swing16_no_tempo.mid': { bpm: 120, bar: [0, 2, 16] },
  'metre_1_4_placeholder.mid': { bar: [0, 8 / 3, 16] },
  'metre_3_8.mid': { bar: [0, 1, 16] },
  'metre_5_8.mid': { bar: [0, 5 / 3, 16] },
  'shifted_half_beat.mid': { bpm: 97, bar: [2.7835, 2.4742, 16] },
  'pickup_eighth_44.mid': { bpm: 100, bar: [0.3, 2.4, 8] },
  'accelerando.mid': {},
  'tempo_creep.mid': {},
};

describe('is read on its own grid', () => {
  it.each(Object.entries(ANSWERS))('%s', (name, { bar, bpm, key }) => {
    const analysis = analyze(read(name), { beatTracker: hearing.beatTracker });
    expect(analysis.isPerformance).toBe(false);
    if (bpm) expect(analysis.bpm).toBeCloseTo(bpm, 1);
    if (key) expect(analysis.key).toBe(key);
    if (!bar) return;
    const { downbeats } = analysis;
    expect(analysis.bars).toBe(bar[2]);
    expect(downbeats[0]).toBeCloseTo(bar[0], 2);
    expect((downbeats.at(-1)! - downbeats[0]) / (downbeats.length - 1)).toBeCloseTo(bar[1], 2);
  });

  it('shifted_half_beat.mid, and said to be unsure, since the file says otherwise', () => {
    const { beatCertainty } = analyze(read('shifted_half_beat.mid'), { beatTracker: hearing.beatTracker });
    expect(beatCertainty).toBeLessThan(0.6);
  });

  it('waltz_tempo_map_upbeat.mid, sixteen bars of three', () => {
    const { piece } = importPiece(read('waltz_tempo_map_upbeat.mid'));
    expect(piece.barBeats).toEqual(new Array(16).fill(3));
    expect(piece.notes[0].step).toBe(4);
  });

  it('accelerando.mid, each note on its sixteenth', () => {
    const offsets = importPiece(read('accelerando.mid')).piece.notes.map(({ offset = 0 }) =>
      Math.abs(offset),
    );
    expect(Math.max(...offsets)).toBeLessThan(0.02);
  });
});

describe('is the same after opening and exporting', () => {
  it.each(names)('%s', (name) => {
    const song = read(name);
    const back = again(song);
    // A division that the header cannot hold is halved.
    const tick = song.ticksPerBeat / back.ticksPerBeat;
    const notes = (one: MidiSong, scale: number) =>
      one.notes.map((note) => [note.pitch, note.velocity, note.channel, note.startTick * scale]);
    expect(notes(back, tick)).toEqual(notes(song, 1));
    for (const [i, { endSeconds }] of back.notes.entries())
      expect(Math.abs(endSeconds - song.notes[i].endSeconds)).toBeLessThan(0.002);
    expect(back.pedal).toEqual(song.pedal);
    expect(back.tempos).toEqual(song.tempos);
    expect(back.timeSignatures).toEqual(song.timeSignatures);
    if (song.keySignatures.length > 0) expect(back.keySignatures).toEqual(song.keySignatures);
    expect(back.parts.map((part) => part.name)).toEqual(song.parts.map((part) => part.name));
  });
});

describe('channels and controllers', () => {
  const lengths = (name: string) => read(name).notes.map(({ startTick, endTick }) => endTick - startTick);

  it('all notes off ends notes, reset lets go of the pedal', () => {
    expect(lengths('all_notes_off.mid')).toEqual(new Array(24).fill(480));
    const { pedal } = read('reset_controllers_pedal.mid');
    expect(pedal.map(({ startTick, endTick }) => endTick - startTick)).toEqual([1920]);
  });

  it('a lost note-off lengthens no later stroke', () => {
    const strokes = read('lost_note_off.mid').notes.filter(({ pitch }) => pitch === 60);
    expect(strokes.slice(1).map(({ startTick, endTick }) => endTick - startTick)).toSatisfy((all: number[]) =>
      all.every((length) => length === 480),
    );
  });

  it('an MPE zone holds no drums', () => {
    expect(read('mpe_15_members.mid').notes).toHaveLength(36);
  });

  it('a pedal holds both hands, in whichever track it stands', () => {
    const song = read('pedal_in_other_track.mid');
    expect(song.notes).toHaveLength(16);
    expect(song.notes.every((note) => note.soundSeconds - note.startSeconds > 0.3)).toBe(true);
    const rings = (name: string) =>
      read(name).notes.map((note) => [note.pitch, note.startTick, note.soundSeconds]);
    expect(rings('pedal_type0.mid')).toEqual(rings('pedal_type1.mid'));
  });
});
