import { writeMidi as encode, type MidiEvent } from 'midi-file';
import { requireInput } from '../error.ts';
import { chordName, sharpsOf } from './names.ts';
import { type Piece, type PieceNote, STEPS_PER_BEAT } from './piece.ts';
import { VOICES, voicesOf } from './voices.ts';

export interface MidiOptions {
  /** Track name; also the name that a DAW shows. */
  readonly name?: string;
  /** 0: one track. 1 (the default): tempo, signatures and chords in a track of their own. */
  readonly type?: 0 | 1;
  /** A track and a channel for each voice (melody 1, chords 2, bass 3) in place of one for all. */
  readonly voices?: boolean;
  /** Write chords as markers; they are written unless this is false. */
  readonly chords?: boolean;
  /** Play notes where they were played rather than on the grid, where the piece knows; true unless said. */
  readonly microTiming?: boolean;
  /** Lines of text to keep with the file (provenance). */
  readonly texts?: readonly string[];
}

const TICKS_PER_BEAT = 480;
const TICKS_PER_STEP = TICKS_PER_BEAT / STEPS_PER_BEAT;

/** Order of events on one tick: signatures and texts, then ends, then pedal, then new notes. */
const META = 0;
const NOTE_OFF = 1;
const PEDAL = 2;
const NOTE_ON = 3;

/** An event whose time is told beside it (Omit, taken over each kind of event). */
type Untimed<E> = E extends MidiEvent ? Omit<E, 'deltaTime'> : never;

interface Placed {
  readonly tick: number;
  readonly rank: number;
  readonly event: Untimed<MidiEvent>;
}

/**
 * A piece as a Standard MIDI File of whole bars: tempo, time and key signatures, chord markers, pedal (CC64), notes on
 * channel 1, or on a channel for each voice. What would sound past the last bar is cut there; a note ends where its key is struck again.
 */
export function writeMidi(piece: Piece, options: MidiOptions = {}): Uint8Array {
  requireInput(piece.barBeats.length > 0, 'There is no music to write: the piece has no bars.');
  const end = piece.barBeats.reduce((sum, beats) => sum + beats, 0) * TICKS_PER_BEAT;
  const name = meta(0, { type: 'trackName', text: utf8(options.name ?? 'Affetto') });
  const conductor = [...conductorEvents(piece, options)];
  const parts = options.voices ? voiceParts(piece) : [{ name, notes: piece.notes }];
  const played = parts.map(({ notes }, channel) => [
    ...noteEvents(notes, end, options.microTiming ?? true, channel),
    ...pedalEvents(piece, end, channel),
  ]);
  const tracks =
    options.type === 0
      ? [[name, ...conductor, ...played.flat()]]
      : [[name, ...conductor], ...played.map((events, i) => [parts[i].name, ...events])];
  const bytes = encode(
    {
      header: { format: options.type ?? 1, numTracks: tracks.length, ticksPerBeat: TICKS_PER_BEAT },
      tracks: tracks.map((track) => withDeltas(track, end)),
    },
    { running: false },
  );
  return Uint8Array.from(bytes);
}

/** The notes of each voice; a channel each, whether it has notes or not, so that it is always the same. */
function voiceParts(piece: Piece): { name: Placed; notes: readonly PieceNote[] }[] {
  const voices = voicesOf(piece.notes);
  return VOICES.map((voice) => ({
    name: meta(0, { type: 'trackName', text: voice[0].toUpperCase() + voice.slice(1) }),
    notes: piece.notes.filter((_, i) => voices[i] === voice),
  }));
}

function* conductorEvents(piece: Piece, options: MidiOptions): Generator<Placed> {
  for (const text of options.texts ?? []) yield meta(0, { type: 'text', text: utf8(text) });
  yield meta(0, {
    type: 'keySignature',
    key: sharpsOf(piece.key),
    scale: piece.key.mode === 'minor' ? 1 : 0,
  });
  let beat = 0;
  for (const [bar, beats] of piece.barBeats.entries()) {
    if (bar === 0 || beats !== piece.barBeats[bar - 1]) {
      const signature = { numerator: beats, denominator: 4, metronome: 24, thirtyseconds: 8 };
      yield meta(beat * TICKS_PER_BEAT, { type: 'timeSignature', ...signature });
    }
    beat += beats;
  }
  for (const tempo of piece.tempos) {
    const microsecondsPerBeat = Math.min(0xffffff, Math.max(1, Math.round(60e6 / tempo.bpm)));
    yield meta(tempo.beat * TICKS_PER_BEAT, { type: 'setTempo', microsecondsPerBeat });
  }
  if (options.chords === false) return;
  for (const { beat: at, chord } of piece.chords) {
    yield meta(at * TICKS_PER_BEAT, { type: 'marker', text: chordName(chord, piece.key) });
  }
}

function* noteEvents(
  notes: readonly PieceNote[],
  end: number,
  microTiming: boolean,
  channel: number,
): Generator<Placed> {
  const next = new Map<number, number>();
  // From the end, so that each note knows where its key is struck again.
  for (let i = notes.length - 1; i >= 0; i--) {
    const note = notes[i];
    const start = Math.max(
      0,
      Math.round((note.step + (microTiming ? (note.offset ?? 0) : 0)) * TICKS_PER_STEP),
    );
    const limit = Math.min(end, next.get(note.pitch) ?? end);
    const stop = Math.min(limit, Math.round(start + note.duration * TICKS_PER_STEP));
    if (stop <= start) continue;
    next.set(note.pitch, start);
    const common = { channel, noteNumber: note.pitch };
    yield { tick: start, rank: NOTE_ON, event: { type: 'noteOn', ...common, velocity: note.velocity } };
    yield { tick: stop, rank: NOTE_OFF, event: { type: 'noteOff', ...common, velocity: 64 } };
  }
}

function* pedalEvents(piece: Piece, end: number, channel: number): Generator<Placed> {
  for (const span of piece.pedal ?? []) {
    const down = Math.max(0, Math.round(span.startStep * TICKS_PER_STEP));
    const up = Math.min(end, Math.round(span.endStep * TICKS_PER_STEP));
    if (up <= down) continue;
    const common = { type: 'controller', channel, controllerType: 64 } as const;
    yield { tick: down, rank: PEDAL, event: { ...common, value: 127 } };
    yield { tick: up, rank: NOTE_OFF, event: { ...common, value: 0 } };
  }
}

function meta(tick: number, event: Untimed<MidiEvent>): Placed {
  return { tick, rank: META, event: { ...event, meta: true } as Untimed<MidiEvent> };
}

function withDeltas(track: readonly Placed[], end: number): MidiEvent[] {
  let before = 0;
  const events: MidiEvent[] = [];
  for (const { tick, event } of [...track].sort((a, b) => a.tick - b.tick || a.rank - b.rank)) {
    events.push({ ...event, deltaTime: tick - before } as MidiEvent);
    before = tick;
  }
  events.push({ deltaTime: end - before, meta: true, type: 'endOfTrack' });
  return events;
}

/** MIDI texts are bytes: one character a byte of UTF-8. */
function utf8(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
}
