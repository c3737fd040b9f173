import { CHORD_QUALITIES, type ChordChange, type Piece, STEPS_PER_BEAT } from '../model/music/piece.ts';
import {
  boolean,
  type Infer,
  integer,
  list,
  nullable,
  number,
  object,
  oneOf,
  optional,
  partialRecord,
  type Schema,
  text,
  uniqueList,
  where,
} from '../model/validate.ts';
import { visible } from '../model/visible.ts';
import { VOICES } from '../model/voices/voice.ts';
import { ALL_ELEMENTS } from './elements.ts';
import { sourceSchema } from './import-source.ts';

/** The project file: what it holds, its limits. Plain JSON, one file, migrated on reading (host/migrate.ts). */
export const PROJECT_FORMAT = 'affetto-project';
export const PROJECT_VERSION = 2;

/** The longest clip in bars, and the longest that the generator is asked for. */
export const MAX_BARS = 4000;
export const MAX_ASKED_BARS = 64;
export const MAX_NOTES = 200_000;
const MAX_PARTS = 4096;
const MAX_PEDAL_MOVES = 1_000_000;
/** Of beats a minute, as a player's every beat and a file's tempo map have them. */
export const [MIN_BPM, MAX_BPM] = [0.1, 100_000];
/** Characters: 64 bars of four chords each with long names. */
export const MAX_PROGRESSION = 2400;
export const MAX_VOICES = 16;

export const idSchema = text(40, /^[a-z0-9-]+$/);
/** What people call a song or a clip; characters that nobody sees, and that turn the text around them, are left out. */
export const nameSchema: Schema<string> = { check: (value, at) => visible(text(120).check(value, at)) };
/** Of weights. */
const modelNameSchema = text(80);
export const seedSchema = integer(0, 0xffffffff);

/** Valence and arousal, each -1..1. */
export const emotionSchema = object({ valence: number(-1, 1), arousal: number(-1, 1) });
export type Emotion = Infer<typeof emotionSchema>;

const chordSchema = object({
  root: integer(0, 11),
  quality: oneOf(CHORD_QUALITIES),
  bass: optional(integer(0, 11)),
});
const keySchema = object({ tonic: integer(0, 11), mode: oneOf(['major', 'minor']) });
const chordsSchema: Schema<readonly ChordChange[]> = list(
  object({ beat: number(0, MAX_BARS * 4), chord: nullable(chordSchema) }),
  MAX_BARS * 4,
);

const MAX_BEATS = MAX_BARS * 4;
const beat = number(0, MAX_BEATS);
/** Fractions of a beat, as a file's grid and a player's times have them. */
const temposSchema = list(object({ beat, bpm: number(MIN_BPM, MAX_BPM) }), MAX_BEATS * 4);
const stepLength = number(0, MAX_BARS * 16);
const tick = number(-(2 ** 31), 2 ** 31);
const metreShape = { numerator: integer(1, 255), denominator: integer(1, 64) };
const fileText = text(1000);

const pieceMembers: Schema<Piece> = object({
  key: keySchema,
  barBeats: list(integer(1, 4), MAX_BARS),
  notes: list(
    object({
      step: integer(0, MAX_BARS * 16),
      pitch: integer(0, 127),
      duration: number(0.5, MAX_BARS * 16),
      velocity: integer(1, 127),
      offset: optional(number(-0.5, 0.5)),
      voice: optional(oneOf(VOICES)),
      length: optional(stepLength),
      part: optional(integer(0, MAX_PARTS)),
      again: optional(
        list(
          object({
            offset: number(-0.5, 0.5),
            length: stepLength,
            velocity: integer(1, 127),
            part: optional(integer(0, MAX_PARTS)),
          }),
          MAX_NOTES,
        ),
      ),
    }),
    MAX_NOTES,
  ),
  tempos: temposSchema,
  chords: chordsSchema,
  pedal: optional(
    list(object({ startStep: number(0, MAX_BARS * 16), endStep: number(0, MAX_BARS * 17) }), MAX_NOTES),
  ),
  beatValue: optional(oneOf([8])),
  metres: optional(list(object({ beat, ...metreShape }), MAX_BARS)),
  keys: optional(list(object({ beat, key: keySchema }), MAX_BARS)),
  pace: optional(temposSchema),
  file: optional(
    object({
      ticksPerBeat: number(0.01, 70_000),
      marks: list(object({ beat, tick }), MAX_BEATS + 1),
      tempos: list(object({ tick, microseconds: integer(1, 0xffffff) }), MAX_NOTES),
      signatures: list(object({ tick, ...metreShape }), MAX_BARS * 4),
      keys: list(object({ tick, sharps: integer(-7, 7), mode: oneOf(['major', 'minor']) }), MAX_BARS * 4),
      texts: list(
        object({ tick, kind: oneOf(['text', 'lyrics', 'marker', 'cuePoint']), text: fileText }),
        MAX_BARS * 4,
      ),
      parts: list(object({ name: fileText, channel: integer(0, 15), program: integer(0, 127) }), MAX_PARTS),
      zones: list(object({ master: integer(0, 15), members: integer(0, 15) }), 100),
      pedals: list(
        object({ tick, channel: integer(0, 15), number: integer(0, 127), value: integer(0, 127) }),
        MAX_PEDAL_MOVES,
      ),
      pedalSpans: list(
        object({ startStep: number(0, MAX_BARS * 16), endStep: number(0, MAX_BARS * 17) }),
        MAX_NOTES,
      ),
      key: keySchema,
      title: fileText,
      endTick: tick,
    }),
  ),
});

/** Music on the grid; its members are those of model/music/piece.ts. */
export const pieceSchema: Schema<Piece> = where(
  pieceMembers,
  ({ barBeats, notes }) => {
    const end = STEPS_PER_BEAT * barBeats.reduce((sum, beats) => sum + beats, 0);
    return notes.every(({ step }) => step < end);
  },
  'have no note that begins behind its last bar',
);

/** What the recogniser hears: the whole, and each bar. */
const readingSchema = object({
  emotion: emotionSchema,
  bars: list(emotionSchema, MAX_BARS),
});
export type Reading = Infer<typeof readingSchema>;

/** A point of the emotion path; `at` runs from 0 (start) to 1 (end), so that a path survives a change of length. */
const pathPointSchema = object({ at: number(0, 1), valence: number(-1, 1), arousal: number(-1, 1) });
export type PathPoint = Infer<typeof pathPointSchema>;

/** What the window asks of the generator. */
export const askSchema = object({
  emotion: emotionSchema,
  path: nullable(list(pathPointSchema, MAX_ASKED_BARS)),
  /** How strongly the emotion is enforced, 0 (a hint) to 2 (insist). */
  intensity: number(0, 2),
  bars: integer(1, MAX_ASKED_BARS),
  beatsPerBar: integer(2, 4),
  key: nullable(keySchema),
  /** Beats a minute; null leaves it to the music. */
  tempo: nullable(number(40, 216)),
  /** Whose tempo is taken when the music is asked for, in place of `tempo`. */
  follow: oneOf(['none', 'clip', 'daw']),
  /** 'keep': those of the current clip; 'typed': `progression`. */
  chords: oneOf(['free', 'keep', 'typed']),
  /** As it was typed, "C | Am F | G"; kept while it is not in use (model/music/parse-chord.ts). */
  progression: text(MAX_PROGRESSION),
  /** Lowest and highest MIDI pitch; null: as the model plays. */
  low: nullable(integer(0, 127)),
  high: nullable(integer(0, 127)),
  /** Most notes that sound at once. */
  voices: nullable(integer(1, MAX_VOICES)),
  /** 0 (a note every other beat) to 1 (ten a beat). */
  density: nullable(number(0, 1)),
  /** Above 1 more adventurous, below 1 more cautious. */
  temperature: number(0.5, 1.5),
  /** How the end is approached; absent: briefly. */
  ending: optional(oneOf(['full', 'brief', 'none'])),
  takes: integer(1, 16),
  /** Candidates that each take is chosen from; absent: as many as usual (model/choosing/best-of.ts). */
  bestOf: optional(integer(1, 8)),
  /** With the sustain pedal; absent: yes. */
  pedal: optional(boolean),
  /** How far from the grid it is played, percent of a player's own timing; absent: as usual (model/performing/touch.ts). */
  timing: optional(integer(0, 100)),
  /** null: a new seed each time. */
  seed: nullable(seedSchema),
});
export type Ask = Infer<typeof askSchema>;

/** One element taken from another clip, by how much (percent). */
const ingredientSchema = object({ clipId: idSchema, amount: integer(0, 100), muted: boolean });
export type Ingredient = Infer<typeof ingredientSchema>;

const renewedSchema = where(
  object({
    clipId: idSchema,
    elements: list(oneOf(ALL_ELEMENTS), 8),
    fromBar: integer(0, MAX_BARS),
    toBar: integer(1, MAX_BARS),
    /** The clip did not have these bars: room was made for them. */
    added: optional(boolean),
  }),
  ({ fromBar, toBar }) => fromBar < toBar,
  'end after its start',
);
export type Renewed = Infer<typeof renewedSchema>;

/** How a take was chosen from the candidates that were written for it. */
const chosenSchema = object({
  written: integer(1, 64),
  /** Of them, those that were set aside as copies of training pieces. */
  copies: integer(0, 64),
  /** What it was better in than the others, most of all; null: there was nothing to choose from. */
  reason: nullable(oneOf(['emotion', 'key', 'likeness', 'fluency'])),
});
export type Chosen = Infer<typeof chosenSchema>;

const clipSchema = object({
  id: idSchema,
  name: nameSchema,
  kind: oneOf(['take', 'import', 'remix']),
  starred: boolean,
  piece: pieceSchema,
  /** The music before the last change that can be compared with one key. */
  before: optional(pieceSchema),
  /** What was heard in `before`. */
  heardBefore: optional(readingSchema),
  mix: partialRecord(ALL_ELEMENTS, ingredientSchema),
  asked: optional(list(emotionSchema, MAX_BARS)),
  /** Everything that was asked for when it was written; its seed is the clip's own. */
  ask: optional(askSchema),
  /** The clip it was written from, and what of it was written anew; absent where all is new. */
  renewed: optional(renewedSchema),
  chosen: optional(chosenSchema),
  heard: optional(readingSchema),
  seed: optional(seedSchema),
  /** Name of the weights that wrote it. */
  model: optional(modelNameSchema),
  /** The file it was read from, while that can be read again. */
  source: optional(sourceSchema),
});
export type Clip = Infer<typeof clipSchema>;

/** The longest section that has no music yet, and the most sections of a song. */
export const MAX_SECTION_BARS = 128;
export const MAX_SECTIONS = 200;

/** A part of the song's form: a clip, or so many bars that are still to be written. */
const sectionSchema = object({
  id: idSchema,
  name: nameSchema,
  /** null, or a clip that is no longer there: empty. */
  clipId: nullable(idSchema),
  /** How long it is while it is empty. */
  bars: integer(1, MAX_SECTION_BARS),
});
export type Section = Infer<typeof sectionSchema>;

/** Clips laid end to end, and the emotion that the song goes through on the way. */
const arrangementSchema = object({
  sections: uniqueList(sectionSchema, MAX_SECTIONS),
  path: nullable(list(pathPointSchema, MAX_ASKED_BARS)),
});
export type Arrangement = Infer<typeof arrangementSchema>;

export const projectSchema = object({
  format: oneOf([PROJECT_FORMAT]),
  version: integer(1, PROJECT_VERSION),
  id: idSchema,
  name: nameSchema,
  clips: uniqueList(clipSchema, 400),
  currentId: nullable(idSchema),
  /** Absent: nothing is arranged. */
  arrangement: optional(arrangementSchema),
  ask: askSchema,
  locks: object({
    tempo: boolean,
    chord: boolean,
    barBeat: boolean,
    type: boolean,
    pitch: boolean,
    duration: boolean,
    velocity: boolean,
    /** Absent: not locked. */
    pedal: optional(boolean),
  }),
  view: object({ zoom: number(0.1, 64), bar: number(0, MAX_BARS) }),
});
export type ProjectDocument = Infer<typeof projectSchema>;

/** Where a new song starts: a hopeful, moderately lively sixteen bars. */
export const NEW_ASK: Ask = {
  emotion: { valence: 0.6, arousal: 0.35 },
  path: null,
  intensity: 1,
  bars: 16,
  beatsPerBar: 4,
  key: null,
  tempo: null,
  follow: 'none',
  chords: 'free',
  progression: '',
  low: null,
  high: null,
  voices: null,
  density: null,
  temperature: 1,
  takes: 4,
  seed: null,
};

export function newProject(id: string, name = 'Untitled song'): ProjectDocument {
  return {
    format: PROJECT_FORMAT,
    version: PROJECT_VERSION,
    id,
    name,
    clips: [],
    currentId: null,
    ask: NEW_ASK,
    locks: {
      tempo: false,
      chord: false,
      barBeat: false,
      type: false,
      pitch: false,
      duration: false,
      velocity: false,
    },
    view: { zoom: 1, bar: 0 },
  };
}
