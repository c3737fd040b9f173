import { AffettoError, requireInput } from '../error.ts';
import type { VoiceTagger } from '../voices/tagger.ts';
import { type BeatLine, barsOf, doubleBeats, halveBeats, shiftBars } from './beat-line.ts';
import type { BeatTracker } from './beat-tracker.ts';
import { findChords } from './chords.ts';
import { gridOfFile, hasBeats } from './file-grid.ts';
import { fileGridConfidence } from './grid-evidence.ts';
import {
  barStarts,
  beatNotes,
  changesOf,
  endOfFile,
  exactTempos,
  medianTempo,
  trim,
} from './import-parts.ts';
import { type FoundKey, findKey } from './key.ts';
import { foldOctaves } from './octave-fold.ts';
import { type Chord, type Piece, STEPS_PER_BEAT } from './piece.ts';
import { pedalSteps, quantize, type Unit } from './quantize.ts';
import type { MidiSong } from './song.ts';
import { smoothTempo } from './tempo-curve.ts';
import { freeLine, lineOfGrid, trackedFromFile } from './tracked-grid.ts';

/** Fewer notes than this are no music to analyse or to take from. */
const FEWEST_NOTES = 4;

export interface ImportOptions {
  /** Where beats come from: the file's ticks, the tracker, or (the default) whichever the file calls for. */
  readonly grid?: 'auto' | 'file' | 'track';
  /** Finds beats in performances; without one they are read in free time. */
  readonly beatTracker?: BeatTracker;
  /** Says which notes are melody, bass and inner; without one they have no voice. */
  readonly voiceTagger?: Pick<VoiceTagger, 'label'>;
  /** Correct the tempo by an octave: twice as many beats, or half. */
  readonly octave?: 'double' | 'halve';
  /** Correct the bar lines: so many beats later. */
  readonly shiftBeats?: number;
  /** Bars of three beats. */
  readonly threeFour?: boolean;
  /** Bars of four beats, where a file says otherwise. */
  readonly fourFour?: boolean;
  /** Claim no beats: a ruler of half seconds. */
  readonly freeTime?: boolean;
  /**
   * Bars outside 75 to 150 bpm are read at twice or half their beats: the one octave of tempo that words know.
   * Done for tracked beats unless told not to; for a file's own grid when asked.
   */
  readonly octaveFold?: boolean;
}

/** A file as music on a grid, and what was decided on the way. Times are seconds in the file. */
export interface ImportedPiece {
  readonly piece: Piece;
  /** True when the file's own ticks are not its beats. */
  readonly isPerformance: boolean;
  /** How likely the file's ticks are its beats, 0..1. */
  readonly gridConfidence: number;
  /** How sure the beats are, 0..1: the tracker's certainty, or `gridConfidence` for a file's own grid. */
  readonly beatCertainty: number;
  /** The start of each beat of the piece. */
  readonly beatTimes: readonly number[];
  readonly downbeatTimes: readonly number[];
  /** Where the last beat ends. */
  readonly endSeconds: number;
  /** The chord of each beat; null where nothing sounds. */
  readonly chords: readonly (Chord | null)[];
  readonly key: FoundKey;
  /** Tempo of the piece as one number: the median beat's. */
  readonly bpm: number;
}

/** Puts a song on a grid. Throws an input error when there is too little music, or when asked for beats it cannot have. */
export function importPiece(song: MidiSong, options: ImportOptions = {}): ImportedPiece {
  requireInput(
    song.notes.length >= FEWEST_NOTES &&
      song.notes[song.notes.length - 1].startTick > song.notes[0].startTick,
    `${song.name} holds ${song.notes.length === 1 ? 'one note' : `${song.notes.length} notes`}: too little music; choose a file with at least a bar of it.`,
  );
  const gridConfidence = fileGridConfidence(song);
  const useFile = options.grid === 'file' || (options.grid !== 'track' && gridConfidence >= 0.5);
  if (useFile && !hasBeats(song)) {
    throw new AffettoError(
      `${song.name} counts time in frames, not in beats; let the beats be tracked instead.`,
    );
  }
  const ruler = correct(useFile ? fileRuler(song, options) : trackedRuler(song, options), options);
  const { line, unit } = ruler;
  const trimmed = trim(
    line,
    quantize(song.notes, line, unit, options.voiceTagger?.label(song.notes)),
    options.octaveFold ? 0 : endOfFile(song, line, unit),
  );
  const key = findKey(song.notes);
  const chords = findChords(beatNotes(song, trimmed.line, unit), trimmed.line.bars);
  const seconds = trimmed.line.seconds;
  const firstBeat = Math.floor(trimmed.notes[0].step / STEPS_PER_BEAT);
  const tempos = (unit === 'ticks' && exactTempos(song, trimmed.line)) || smoothTempo(seconds, firstBeat);
  const beatTimes = seconds.slice(0, -1);
  const pedal = pedalSteps(song.pedal, trimmed.line);
  return {
    piece: {
      key: { tonic: key.tonic, mode: key.mode },
      barBeats: trimmed.line.bars,
      notes: trimmed.notes,
      tempos,
      chords: changesOf(chords),
      ...(pedal.length ? { pedal } : {}),
    },
    isPerformance: !useFile,
    gridConfidence,
    beatCertainty: useFile ? gridConfidence : ruler.certainty,
    beatTimes,
    downbeatTimes: barStarts(seconds, trimmed.line.bars),
    endSeconds: seconds[seconds.length - 1],
    chords,
    key,
    bpm: medianTempo(seconds.slice(firstBeat)),
  };
}

interface Ruler {
  readonly line: BeatLine;
  readonly unit: Unit;
  readonly certainty: number;
}

function fileRuler(song: MidiSong, options: ImportOptions): Ruler {
  const own = gridOfFile(song);
  // A tempo at every other beat or more: a map laid over a performance, whose ticks before the music are filler.
  const mapped = song.tempos.length > own.marks.length / 2;
  const line = mapped ? trackedFromFile(own, song.notes) : own;
  return {
    line: options.octaveFold ? foldOctaves(line) : line,
    unit: mapped ? 'seconds' : 'ticks',
    certainty: 1,
  };
}

function trackedRuler(song: MidiSong, options: ImportOptions): Ruler {
  if (options.freeTime || !options.beatTracker)
    return { line: freeLine(song.notes), unit: 'seconds', certainty: 0 };
  const grid = options.beatTracker.track(song.notes, { threeFour: options.threeFour });
  const line = lineOfGrid(grid, song.notes);
  return {
    line: (options.octaveFold ?? true) ? foldOctaves(line) : line,
    unit: 'seconds',
    certainty: grid.certainty,
  };
}

/** What the caller knows better than the tracker or the file. */
function correct(ruler: Ruler, options: ImportOptions): Ruler {
  let { line } = ruler;
  if (options.octave === 'double') line = doubleBeats(line);
  if (options.octave === 'halve') line = halveBeats(line);
  if (options.threeFour && line.bars.some((beats) => beats !== 3)) line = barsOf(line, 3);
  if (options.fourFour && line.bars.some((beats) => beats !== 4)) line = barsOf(line, 4);
  if (options.shiftBeats) line = shiftBars(line, options.shiftBeats);
  return { ...ruler, line };
}
