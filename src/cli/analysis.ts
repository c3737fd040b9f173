import { type ImportedPiece, type ImportOptions, importPiece } from '../model/music/import.ts';
import { keyAt } from '../model/music/key-at.ts';
import { type Measures, measureSong } from '../model/music/measures.ts';
import { chordName, keyName } from '../model/music/names.ts';
import type { Piece } from '../model/music/piece.ts';
import type { MidiSong } from '../model/music/song.ts';
import type { Voice } from '../model/voices/voice.ts';
import type { HeardEmotion, Hearing } from './hearing.ts';

/** What `affetto analyze` tells of a file. Times are seconds in the file. */
export interface Analysis {
  readonly file: string;
  /** What of the file was not read or had to be set right, a phrase each. */
  readonly passedOver: readonly string[];
  /** True when the file's grid is not its beats; `gridConfidence` is how likely it is that they are. */
  readonly isPerformance: boolean;
  readonly gridConfidence: number;
  readonly bpm: number;
  readonly key: string;
  readonly keyConfidence: number;
  readonly bars: number;
  readonly beats: readonly number[];
  readonly downbeats: readonly number[];
  readonly beatCertainty: number;
  readonly chords: readonly { readonly start: number; readonly end: number; readonly label: string }[];
  readonly measures: Measures;
  /** How many notes each voice has; null where the tagger's weights are not installed. */
  readonly voices: Readonly<Record<Voice, number>> | null;
  /** Null where the recogniser's weights are not installed. */
  readonly emotion: HeardEmotion | null;
}

/** Everything that can be told of a song. Throws an input error when there is too little music. */
export function analyze(song: MidiSong, hearing: Hearing, options: ImportOptions = {}): Analysis {
  const imported = importPiece(song, {
    beatTracker: hearing.beatTracker,
    voiceTagger: hearing.voiceTagger,
    ...options,
  });
  const { piece, beatTimes, barLineTimes, endSeconds } = imported;
  return {
    file: song.name,
    passedOver: song.passedOver,
    isPerformance: imported.isPerformance,
    gridConfidence: round(imported.gridConfidence),
    bpm: round(imported.bpm, 2),
    key: keyName(piece.key),
    keyConfidence: round(imported.key.confidence),
    bars: barLineTimes.length,
    beats: beatTimes.map((seconds) => round(seconds)),
    downbeats: barLineTimes.map((seconds) => round(seconds)),
    beatCertainty: round(imported.beatCertainty),
    chords: chordSpans(imported),
    measures: roundAll(measureSong(song, barLineTimes)),
    voices: hearing.voiceTagger ? countVoices(piece) : null,
    emotion: hearing.recognise?.(song.notes, [...barLineTimes, endSeconds]) ?? null,
  };
}

function countVoices({ notes }: Piece): Record<Voice, number> {
  const counts = { melody: 0, bass: 0, inner: 0 };
  for (const { voice } of notes) if (voice) counts[voice]++;
  return counts;
}

function chordSpans({ piece, beatTimes, endSeconds }: ImportedPiece): Analysis['chords'] {
  return piece.chords.map(({ beat, chord }, i) => ({
    start: round(beatTimes[beat]),
    end: round(beatTimes[piece.chords[i + 1]?.beat] ?? endSeconds),
    label: chordName(chord, keyAt(piece, beat)),
  }));
}

function roundAll(measures: Measures): Measures {
  const rounded = Object.entries(measures).map(([name, value]) => [name, round(value)]);
  return Object.fromEntries(rounded) as unknown as Measures;
}

const round = (value: number, digits = 3): number => Number(value.toFixed(digits));
