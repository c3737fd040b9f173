import { AffettoError, requireInput } from '../error.ts';
import type { VoiceTagger } from '../voices/tagger.ts';
import { type BeatLine, barsOf, doubleBeats, halveBeats, shiftBars, shiftMarks } from './beat-line.ts';
import type { BeatGrid, BeatTracker } from './beat-tracker.ts';
import { findChords } from './chords.ts';
import { gridOfFile, hasBeats } from './file-grid.ts';
import { fileTimeOf, metresOfBars } from './file-of-song.ts';
import { temposOfFile } from './file-time.ts';
import { agreement } from './grid-agreement.ts';
import { fileGridConfidence } from './grid-evidence.ts';
import { gridPhase } from './grid-phase.ts';
import { hearKeys } from './hear-key.ts';
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
import { type Chord, type MetreChange, type Piece, STEPS_PER_BEAT, type TempoChange } from './piece.ts';
import { pedalSteps, quantize } from './quantize.ts';
import type { MidiSong, TimedNote } from './song.ts';
import { smoothTempo } from './tempo-curve.ts';
import { mapOfSong, type TempoMap } from './tempo-map.ts';
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
  /** The start of each bar of the piece, in which long bars are cut. */
  readonly downbeatTimes: readonly number[];
  /** The bar lines as they are written; a pickup has none before it. */
  readonly barLineTimes: readonly number[];
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
  const { gridConfidence, grid } = heardGrid(song, options);
  const useFile = options.grid === 'file' || (options.grid !== 'track' && gridConfidence >= 0.5);
  if (useFile && !hasBeats(song)) {
    throw new AffettoError(
      `${song.name} counts time in frames, not in beats; let the beats be tracked instead.`,
    );
  }
  const map = mapOfSong(song);
  const ruler = useFile ? fileRuler(song, options) : trackedRuler(song, options, grid);
  const line = onFile(correct(ruler.line, options), map, ruler.unit);
  const parts = new Map(song.parts.map((part, i) => [part.track * 16 + part.channel, i]));
  const partOf = (note: TimedNote): number => parts.get(note.track * 16 + note.channel) ?? 0;
  const reach = ruler.unit === 'ticks' && !options.octaveFold ? endOfFile(song, line) : 0;
  const trimmed = trim(
    line,
    quantize(song.notes, line, partOf, options.voiceTagger?.label(song.notes)),
    reach,
  );
  const { bars, seconds, metres, beatValue } = trimmed.line;
  // Words of the training sets are in the keys that the older profiles find, and stay so.
  const { key, keys } = options.octaveFold
    ? { key: findKey(song.notes), keys: [] }
    : hearKeys(song, trimmed.line.marks, bars);
  const chords = findChords(beatNotes(song, trimmed.line), bars);
  const firstBeat = Math.floor(trimmed.notes[0].step / STEPS_PER_BEAT);
  const pedal = pedalSteps(song.pedal, trimmed.line);
  const file = fileTimeOf(song, { ...trimmed.line, marks: trimmed.marks }, pedal, key, isCorrected(options));
  const tempos = temposOfFile(file, seconds.length - 1);
  const pace = (ruler.unit === 'ticks' && exactTempos(tempos, bars)) || smoothTempo(seconds, firstBeat);
  const beatTimes = seconds.slice(0, -1);
  return {
    piece: {
      key: { tonic: key.tonic, mode: key.mode },
      barBeats: bars,
      notes: trimmed.notes,
      tempos,
      chords: changesOf(chords),
      ...(pedal.length ? { pedal } : {}),
      ...(keys.length > 1 ? { keys } : {}),
      ...(beatValue ? { beatValue } : {}),
      ...(metres?.length && !sameMetres(metres, metresOfBars(trimmed.line)) ? { metres } : {}),
      ...(sameTempos(tempos, pace) ? {} : { pace }),
      file,
    },
    isPerformance: !useFile,
    gridConfidence,
    beatCertainty: useFile ? Math.min(gridConfidence, ruler.certainty) : ruler.certainty,
    beatTimes,
    downbeatTimes: barStarts(seconds, bars),
    barLineTimes: trimmed.line.barLines?.map((beat) => seconds[beat]) ?? barStarts(seconds, bars),
    endSeconds: seconds[seconds.length - 1],
    chords,
    key,
    bpm: (medianTempo(seconds.slice(firstBeat)) * 4) / (beatValue ?? 4),
  };
}

const sameTempos = (a: readonly TempoChange[], b: readonly TempoChange[]): boolean =>
  a.length === b.length && a.every(({ beat, bpm }, i) => b[i].beat === beat && b[i].bpm === bpm);

const sameMetres = (a: readonly MetreChange[], b: readonly MetreChange[]): boolean =>
  a.length === b.length &&
  a.every(
    ({ beat, numerator, denominator }, i) =>
      b[i].beat === beat && b[i].numerator === numerator && b[i].denominator === denominator,
  );

/** Whether bars are other than the file, or what was found in it, says. */
const isCorrected = ({ octave, shiftBeats, threeFour, fourFour }: ImportOptions): boolean =>
  Boolean(octave || shiftBeats || threeFour || fourFour);

/** A ruler with its marks in ticks and its seconds by the file's tempo map. */
function onFile(line: BeatLine, map: TempoMap, unit: Ruler['unit']): BeatLine {
  return unit === 'ticks'
    ? { ...line, seconds: line.marks.map((tick) => map.seconds(tick)) }
    : { ...line, marks: line.seconds.map((seconds) => map.tick(seconds)) };
}

/**
 * How likely the file's ticks are its beats. Where they are not written exactly, the tracker is asked as well: beats that it finds
 * on those of the file, all the way, are no chance (clips without a tempo, swung or played to a metronome).
 */
function heardGrid(
  song: MidiSong,
  options: ImportOptions,
): { gridConfidence: number; grid: BeatGrid | null } {
  const gridConfidence = fileGridConfidence(song);
  const { beatTracker, freeTime, threeFour, grid: wanted = 'auto' } = options;
  if (gridConfidence >= 0.5 || wanted !== 'auto' || !beatTracker || freeTime || !hasBeats(song))
    return { gridConfidence, grid: null };
  const grid = beatTracker.track(song.notes, { threeFour });
  const agreed = agreement(grid.beatTimes, gridOfFile(song));
  return { gridConfidence: Math.max(gridConfidence, agreed), grid };
}

interface Ruler {
  readonly line: BeatLine;
  /** What the marks are: ticks of a file's own grid, or seconds. */
  readonly unit: 'ticks' | 'seconds';
  readonly certainty: number;
}

function fileRuler(song: MidiSong, options: ImportOptions): Ruler {
  const own = gridOfFile(song);
  // A tempo at every other beat or more: a map laid over a performance, whose ticks before the music are filler.
  const mapped = song.tempos.length > own.marks.length / 2;
  const phase = mapped || options.octaveFold ? { shift: 0, certainty: 1 } : gridPhase(song, own);
  const line = mapped ? trackedFromFile(own, song.notes) : shiftMarks(own, phase.shift);
  return {
    line: options.octaveFold ? foldOctaves(line) : line,
    unit: mapped ? 'seconds' : 'ticks',
    certainty: phase.certainty,
  };
}

function trackedRuler(song: MidiSong, options: ImportOptions, heard: BeatGrid | null): Ruler {
  if (options.freeTime || !options.beatTracker)
    return { line: freeLine(song.notes), unit: 'seconds', certainty: 0 };
  const grid = heard ?? options.beatTracker.track(song.notes, { threeFour: options.threeFour });
  const line = lineOfGrid(grid, song.notes);
  return {
    line: (options.octaveFold ?? true) ? foldOctaves(line) : line,
    unit: 'seconds',
    certainty: grid.certainty,
  };
}

/** What the caller knows better than the tracker or the file. */
function correct(found: BeatLine, options: ImportOptions): BeatLine {
  let line = found;
  if (options.octave === 'double') line = doubleBeats(line);
  if (options.octave === 'halve') line = halveBeats(line);
  if (options.threeFour && line.bars.some((beats) => beats !== 3)) line = barsOf(line, 3);
  if (options.fourFour && line.bars.some((beats) => beats !== 4)) line = barsOf(line, 4);
  if (options.shiftBeats) line = shiftBars(line, options.shiftBeats);
  return line;
}
