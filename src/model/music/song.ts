import type { MpeZone } from './mpe.ts';

/** One note as it was played, in seconds and in the file's ticks. */
export interface TimedNote {
  readonly pitch: number;
  readonly velocity: number;
  readonly startSeconds: number;
  /** The key is released here. */
  readonly endSeconds: number;
  /** The sound is damped here: the key's release or, later, the pedal's; a new stroke of the key ends it too. */
  readonly soundSeconds: number;
  readonly startTick: number;
  readonly endTick: number;
  readonly track: number;
  readonly channel: number;
}

/** Sustain pedal held down. */
export interface TimedPedal {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly startTick: number;
  readonly endTick: number;
}

export interface SongTempo {
  readonly tick: number;
  readonly seconds: number;
  readonly bpm: number;
}

interface SongSignature {
  readonly tick: number;
  readonly seconds: number;
  readonly numerator: number;
  readonly denominator: number;
}

interface SongKeySignature {
  readonly tick: number;
  readonly seconds: number;
  /** Flats count below 0. */
  readonly sharps: number;
  readonly mode: 'major' | 'minor';
}

interface SongMarker {
  readonly kind: 'text' | 'lyrics' | 'marker' | 'cuePoint';
  readonly tick: number;
  readonly seconds: number;
  readonly text: string;
}

/** A pedal moved: sustain (64), sostenuto (66) or soft (67), 0..127. */
interface SongPedalEvent {
  readonly tick: number;
  readonly channel: number;
  readonly number: number;
  readonly value: number;
}

/** Notes of one track and channel: a voice with a name and an instrument of its own. */
export interface SongPart {
  readonly track: number;
  readonly channel: number;
  readonly name: string;
  /** General MIDI program, 0..127. */
  readonly program: number;
}

/** A MIDI file as played: what it sounds like, and the grid that it claims. */
export interface MidiSong {
  /** The name that messages use. */
  readonly name: string;
  /** The name that the file gives itself; empty where it gives none. */
  readonly title: string;
  /** The end of the last key held, in seconds from the start of the file. */
  readonly durationSeconds: number;
  /** The last tick of the longest track. */
  readonly endTick: number;
  /** Sorted by start, then pitch; drum notes are not among them. */
  readonly notes: readonly TimedNote[];
  /** One for each track and channel that has notes, in order. */
  readonly parts: readonly SongPart[];
  /** Of MPE: channels that belong together. */
  readonly zones: readonly MpeZone[];
  /** The sustain pedal of all channels together. */
  readonly pedal: readonly TimedPedal[];
  /** Every move of a pedal, as it stands in the file. */
  readonly pedals: readonly SongPedalEvent[];
  /** In rising order; the first is at tick 0 (120 bpm where the file does not say). */
  readonly tempos: readonly SongTempo[];
  /** Whether the file says any tempo. */
  readonly saysTempo: boolean;
  readonly timeSignatures: readonly SongSignature[];
  readonly keySignatures: readonly SongKeySignature[];
  readonly markers: readonly SongMarker[];
  readonly ticksPerBeat: number;
  /** True when the file counts film frames (SMPTE), so that its ticks say nothing about beats. */
  readonly frames: boolean;
  /** What of the file was not read or had to be set right, a phrase each. */
  readonly passedOver: readonly string[];
}
