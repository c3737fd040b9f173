import { requireInput } from '../error.ts';
import { type ExportTime, exportTime } from './export-time.ts';
import type { Part } from './file-time.ts';
import { finishFile } from './finish-file.ts';
import { keyAt } from './key-at.ts';
import { chordName, sharpsOf } from './names.ts';
import { parseChord } from './parse-chord.ts';
import { type Piece, type PieceNote, STEPS_PER_BEAT, type Stroke } from './piece.ts';
import { Midi, type MidiFile } from './tone-midi.ts';
import { toBytes } from './utf8.ts';
import { VOICES, type Voice, voicesOf } from './voices.ts';

export interface MidiOptions {
  /** Track name; also the name that a DAW shows. What a file was called that the piece was read from goes before. */
  readonly name?: string;
  /** 0: one track. 1 (the default): tempo, signatures and chords in a track of their own. */
  readonly type?: 0 | 1;
  /** A track and a channel for each voice (melody 1, chords 2, bass 3) in place of one for all, or of those of a file. */
  readonly voices?: boolean;
  /** Write chords as markers; they are written unless this is false. */
  readonly chords?: boolean;
  /** Play notes where they were played rather than on the grid, where the piece knows; true unless said. */
  readonly microTiming?: boolean;
  /**
   * Where bars and tempo come from in music that was read from a file: the file itself (unless the tempo was edited), or what the
   * piece has: the beats that were found.
   */
  readonly beats?: 'file' | 'piece';
  /** Lines of text to keep with the file (provenance). */
  readonly texts?: readonly string[];
}

const KEY_NAMES = ['Cb', 'Gb', 'Db', 'Ab', 'Eb', 'Bb', 'F', 'C', 'G', 'D', 'A', 'E', 'B', 'F#', 'C#'];
const SUSTAIN = 64;

/**
 * A piece as a Standard MIDI File: tempo, time and key signatures, chord markers, pedal (CC64), notes. Music that was read from
 * a file is written in that file's own time, voice by voice, each note where and as long as it was; other music in whole bars on
 * channel 1, where what would sound past the last bar is cut. A note ends where its key is struck again.
 */
export function writeMidi(piece: Piece, options: MidiOptions = {}): Uint8Array {
  requireInput(piece.barBeats.length > 0, 'There is no music to write: the piece has no bars.');
  const time = exportTime(piece, options.beats ?? 'file');
  const midi = new Midi();
  const { header } = midi;
  const { parts, partOf } = partsOf(piece, options.voices ?? false);
  // A file's voices keep the names that they have, and none where they have none.
  const name = toBytes(options.name ?? (piece.file ? '' : 'Affetto'));
  header.fromJSON({
    name: piece.file?.title ? toBytes(piece.file.title) : name,
    ppq: time.ticksPerBeat,
    tempos: time.tempos.map(({ tick, microseconds }) => ({ ticks: tick, bpm: 60e6 / microseconds })),
    timeSignatures: time.signatures.map(({ tick, numerator, denominator }) => ({
      ticks: tick,
      timeSignature: [numerator, denominator],
    })),
    keySignatures: keySignatures(piece, time),
    meta: texts(piece, time, options),
  });
  const strokes = strokesOf(piece, options.microTiming ?? true);
  for (const [index, part] of parts.entries()) {
    const track = midi.addTrack();
    track.name = piece.file || options.voices ? toBytes(part.name) : name;
    track.channel = part.channel;
    track.instrument.number = part.program;
    addNotes(
      track,
      strokes.filter((stroke) => partOf(stroke) === index),
      time,
    );
    const isFirst = parts.findIndex(({ channel }) => channel === part.channel) === index;
    if (options.voices) addSpans(track, piece, time);
    else if (isFirst) addPedal(track, piece, time, part.channel, index === 0);
  }
  return finishFile(midi, {
    type: options.type ?? 1,
    endTick: time.endTick,
    zones: piece.file?.zones ?? [],
  });
}

type Track = MidiFile['tracks'][number];

function keySignatures(piece: Piece, time: ExportTime) {
  const said = time.keys ?? [];
  if (said.length > 0)
    return said.map(({ tick, sharps, mode }) => ({ ticks: tick, key: KEY_NAMES[sharps + 7], scale: mode }));
  const { file } = piece;
  // Keys over time are of the music as it was read; in another key there is that one alone.
  const isAsRead = !file || (file.key.tonic === piece.key.tonic && file.key.mode === piece.key.mode);
  const keys = isAsRead && piece.keys?.length ? piece.keys : [{ beat: 0, key: piece.key }];
  return keys.map(({ beat, key }) => ({
    ticks: Math.max(0, time.tickOf(beat)),
    key: KEY_NAMES[sharpsOf(key) + 7],
    scale: key.mode,
  }));
}

function texts(piece: Piece, time: ExportTime, options: MidiOptions) {
  const meta = (options.texts ?? []).map((text) => ({ ticks: 0, type: 'text', text: toBytes(text) }));
  const chordsAnew = options.chords !== false;
  for (const { tick, kind, text } of time.texts) {
    if (chordsAnew && kind === 'marker' && isChordName(text)) continue;
    meta.push({ ticks: tick, type: kind, text: toBytes(text) });
  }
  if (!chordsAnew) return meta;
  for (const { beat, chord } of piece.chords) {
    const ticks = Math.max(0, time.tickOf(beat));
    meta.push({ ticks, type: 'marker', text: toBytes(chordName(chord, keyAt(piece, beat))) });
  }
  return meta;
}

function isChordName(text: string): boolean {
  try {
    return text === 'N' || parseChord(text) !== null;
  } catch {
    return false;
  }
}

/** A stroke of a key in steps from the start of the piece. */
interface Played extends Stroke {
  readonly pitch: number;
  readonly start: number;
  readonly voice: Voice;
}

/** In order of time; one without length was ended by the next at the same time, and goes before it. */
function strokesOf(piece: Piece, microTiming: boolean): Played[] {
  const voices = voicesOf(piece.notes);
  const strokes = piece.notes.flatMap((note, i) => strokesOfNote(note, microTiming, voices[i]));
  return strokes.sort((a, b) => a.start - b.start || a.length - b.length);
}

function strokesOfNote(note: PieceNote, microTiming: boolean, voice: Voice): Played[] {
  const { step, pitch, duration, velocity, offset = 0, length = duration, part, again = [] } = note;
  if (!microTiming) return [{ pitch, start: step, offset: 0, length: duration, velocity, part, voice }];
  return [{ offset, length, velocity, part }, ...again].map((stroke) => ({
    ...stroke,
    pitch,
    start: step + stroke.offset,
    voice,
  }));
}

function addNotes(track: Track, strokes: readonly Played[], time: ExportTime): void {
  const ticks = (steps: number): number => Math.max(0, time.tickOf(steps / STEPS_PER_BEAT));
  const next = new Map<number, number>();
  const written: { midi: number; ticks: number; durationTicks: number; velocity: number }[] = [];
  // From the end, so that each note knows where its key is struck again.
  for (let i = strokes.length - 1; i >= 0; i--) {
    const { pitch, start, length, velocity } = strokes[i];
    const from = ticks(start);
    const limit = Math.min(time.lastTick, next.get(pitch) ?? time.lastTick);
    const to = Math.min(limit, Math.max(from, time.endOf(from, start, length)));
    if (to <= from && !time.isExact) continue;
    next.set(pitch, from);
    written.push({ midi: pitch, ticks: from, durationTicks: Math.max(0, to - from), velocity });
  }
  for (const note of written.reverse()) track.addNote({ ...note, velocity: note.velocity / 127 });
}

/** Of the file that was read, or one for each voice, whether it has notes or not, so that they are always the same; else one. */
function partsOf(
  piece: Piece,
  byVoice: boolean,
): { parts: readonly Part[]; partOf: (stroke: Played) => number } {
  if (byVoice) {
    const parts = VOICES.map((voice, channel) => ({
      name: voice[0].toUpperCase() + voice.slice(1),
      channel,
      program: 0,
    }));
    return { parts, partOf: ({ voice }) => VOICES.indexOf(voice) };
  }
  const parts = piece.file?.parts.length ? piece.file.parts : [{ name: '', channel: 0, program: 0 }];
  return { parts, partOf: ({ part = 0 }) => Math.min(part, parts.length - 1) };
}

/** The pedal as it was moved in the file, unless it was edited; then that of the piece, on the first voice. */
function addPedal(track: Track, piece: Piece, time: ExportTime, channel: number, isFirst: boolean): void {
  for (const { tick, channel: on, number, value } of time.pedals ?? [])
    if (on === channel) move(track, number, tick, value);
  if (!time.pedals && isFirst) addSpans(track, piece, time);
}

function addSpans(track: Track, piece: Piece, time: ExportTime): void {
  for (const span of piece.pedal ?? []) {
    const down = Math.max(0, time.tickOf(span.startStep / STEPS_PER_BEAT));
    const up = Math.min(time.lastTick, time.tickOf(span.endStep / STEPS_PER_BEAT));
    if (up <= down) continue;
    move(track, SUSTAIN, down, 127);
    move(track, SUSTAIN, up, 0);
  }
}

const move = (track: Track, number: number, ticks: number, value: number) =>
  track.addCC({ number, ticks, value: value / 127 });
