import { Midi } from '@tonejs/midi';
import { parseMidi as readEvents } from 'midi-file';
import { describe, expect, it } from 'vitest';
import { parseMidi } from '../../../src/model/music/midi-in.ts';
import { writeMidi } from '../../../src/model/music/midi-out.ts';
import type { Piece } from '../../../src/model/music/piece.ts';

const PIECE: Piece = {
  key: { tonic: 0, mode: 'minor' },
  barBeats: [4, 4, 3],
  notes: [
    { step: 0, pitch: 60, duration: 8, velocity: 70, offset: 0.25 },
    { step: 4, pitch: 60, duration: 2, velocity: 71 },
    { step: 40, pitch: 63, duration: 16, velocity: 72 },
  ],
  tempos: [
    { beat: 0, bpm: 100 },
    { beat: 4, bpm: 80 },
  ],
  chords: [
    { beat: 0, chord: { root: 0, quality: 'min7', bass: 3 } },
    { beat: 4, chord: null },
  ],
  pedal: [{ startStep: 1, endStep: 70 }],
};

describe('writeMidi', () => {
  it('says tempo, signatures, key and chords, in a track of their own', () => {
    const midi = new Midi(writeMidi(PIECE, { name: 'Étude' }));
    expect(midi.header.tempos.map((t) => [t.ticks, Math.round(t.bpm)])).toEqual([
      [0, 100],
      [1920, 80],
    ]);
    expect(midi.header.timeSignatures.map((t) => [t.ticks, t.timeSignature])).toEqual([
      [0, [4, 4]],
      [3840, [3, 4]],
    ]);
    expect(midi.header.keySignatures[0]).toMatchObject({ key: 'Eb', scale: 'minor' });
    expect(midi.header.meta.map((m) => [m.ticks, m.type, m.text])).toEqual([
      [0, 'marker', 'Cm7/Eb'],
      [1920, 'marker', 'N'],
    ]);
    const { header } = readEvents(writeMidi(PIECE));
    expect([header.format, header.numTracks]).toEqual([1, 2]);
  });

  it('is whole bars long in every track; what sounds on is cut there', () => {
    for (const type of [0, 1] as const) {
      for (const track of readEvents(writeMidi(PIECE, { type })).tracks) {
        expect(track.reduce((sum, event) => sum + event.deltaTime, 0)).toBe(11 * 480);
      }
    }
    const song = parseMidi(writeMidi(PIECE), 'song.mid');
    expect(song.notes.at(-1)?.endTick).toBe(11 * 480);
    expect(song.pedal).toHaveLength(1);
  });

  it('ends a note where its key is struck again, plays micro-timing unless told not to', () => {
    const starts = (options: object) =>
      parseMidi(writeMidi(PIECE, options), 'x').notes.map((n) => [n.startTick, n.endTick]);
    expect(starts({}).slice(0, 2)).toEqual([
      [30, 480],
      [480, 720],
    ]);
    expect(starts({ microTiming: false })[0]).toEqual([0, 480]);
  });

  it('writes type 0, and leaves chords out when asked', () => {
    const { header, tracks } = readEvents(writeMidi(PIECE, { type: 0, chords: false }));
    expect([header.format, tracks.length]).toEqual([0, 1]);
    expect(tracks[0].some((event) => event.type === 'marker')).toBe(false);
  });

  it('writes each note that has a voice on its channel and its track, with the pedal', () => {
    const voices = ['inner', 'melody', 'bass'] as const;
    const notes = PIECE.notes.map((note, i) => ({ ...note, voice: voices[i] }));
    const { tracks } = readEvents(writeMidi({ ...PIECE, notes }, { voices: true }));
    const heard = tracks.slice(1).map((track) => ({
      name: track.flatMap((event) => (event.type === 'trackName' ? [event.text] : [])),
      pitches: track.flatMap((event) => (event.type === 'noteOn' ? [event.noteNumber] : [])),
      channels: [...new Set(track.flatMap((event) => ('channel' in event ? [event.channel] : [])))],
      pedals: track.filter((event) => event.type === 'controller').length,
    }));
    expect(heard).toEqual([
      { name: ['Melody'], pitches: [60], channels: [0], pedals: 2 },
      { name: ['Chords'], pitches: [60], channels: [1], pedals: 2 },
      { name: ['Bass'], pitches: [63], channels: [2], pedals: 2 },
    ]);
  });

  it('keeps texts, as UTF-8', () => {
    const [text] = readEvents(writeMidi(PIECE, { texts: ['seed 7 · ♭'] })).tracks[0].filter(
      (e) => e.type === 'text',
    );
    expect(Buffer.from((text as { text: string }).text, 'latin1').toString()).toBe('seed 7 · ♭');
  });

  it('refuses a piece without bars', () => {
    expect(() => writeMidi({ ...PIECE, barBeats: [], notes: [] })).toThrow('no bars');
  });
});
