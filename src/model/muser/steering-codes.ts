import type { Engine } from '../engines/engine.ts';
import {
  BAR,
  BAR_BEAT,
  CHORD,
  DURATION,
  FIRST_POSITION,
  FIRST_TEMPO,
  NO_CHORD,
  PITCH,
  TEMPO,
  TYPE,
  TYPE_METRICAL,
  TYPE_NOTE,
  VELOCITY,
  VOCABULARY_SIZES,
  WORD_WIDTH,
} from '../tokens/vocabulary.ts';
import type { WeightSet } from '../weights/weight-set.ts';
import { createEncoder } from './encoder.ts';
import type { LanePlan } from './plan.ts';
import type { Steer } from './steering.ts';

/** Which codes of a book the prior may choose at a beat; null = any. */
type CodeMasks = NonNullable<LanePlan['codeMaskOf']>;

const MOST_NOTES = 15;
/** Notes a beat may stray from the density by so much either way. */
const SPARSER = 0.5;
const DENSER = 1.6;

/**
 * The codes that stand for what a steering allows, so that the prior plans for it and the masks on words seldom have to
 * step in: chords, lowest and highest notes in range, numbers of notes, the tempo that is kept. A beat for each value goes
 * through the encoder. Undefined for models with a code a word.
 */
async function codeMasks(
  weights: WeightSet,
  engine: Engine,
  steer: Steer,
  tempo?: number,
): Promise<CodeMasks | undefined> {
  const { books, codeRate } = weights.config;
  if (codeRate !== 'beat') return undefined;
  const encoder = createEncoder(weights, engine);
  const column = (name: string): number => books.findIndex((book) => book.name === name);
  const codesOf = async (book: string, beats: readonly Beat[]): Promise<number[]> =>
    (await encoder.encode(wordsOf(beats))).map((codes) => codes[column(book)]);
  const masks = new Map<number, Uint8Array>();
  const allow = async (book: string, beats: readonly Beat[]): Promise<void> => {
    if (column(book) < 0) return;
    const mask = new Uint8Array(books[column(book)].size);
    for (const code of await codesOf(book, beats)) mask[code] = 1;
    masks.set(column(book), mask);
  };
  const last = VOCABULARY_SIZES.pitch - 1;
  if (steer.lowest > 1 || steer.highest < last) {
    const inRange = range(steer.lowest, steer.highest).map((pitch): Beat => ({ pitches: [pitch] }));
    for (const book of ['pitchBass', 'pitchTop']) await allow(book, [{ pitches: [] }, ...inRange]);
  }
  if (steer.notesPerBeat !== null) {
    const least = Math.min(MOST_NOTES, Math.floor(steer.notesPerBeat * SPARSER));
    const most = Math.min(MOST_NOTES, Math.ceil(steer.notesPerBeat * DENSER));
    await allow(
      'type',
      range(least, most).map((count): Beat => ({ pitches: range(1, count) })),
    );
  }
  if (tempo !== undefined) await allow('tempo', [{ pitches: [], tempo }]);
  const chordMasks = new Map<number, Uint8Array>();
  const chordBook = column('chord');
  if (steer.chordAt(0, 0) > 0 && chordBook >= 0) {
    const chords = range(NO_CHORD, VOCABULARY_SIZES.chord - 1);
    const codes = await codesOf(
      'chord',
      chords.map((chord): Beat => ({ pitches: [], chord })),
    );
    chords.forEach((chord, i) => {
      const mask = new Uint8Array(books[chordBook].size);
      mask[codes[i]] = 1;
      chordMasks.set(chord, mask);
    });
  }
  return (bar, beat, book) =>
    book === chordBook ? (chordMasks.get(steer.chordAt(bar, beat)) ?? null) : (masks.get(book) ?? null);
}

/** The plan with the codes that fit its steering. */
export async function withCodeMasks(weights: WeightSet, engine: Engine, plan: LanePlan): Promise<LanePlan> {
  if (!plan.steer || plan.codesGiven) return plan;
  return { ...plan, codeMaskOf: await codeMasks(weights, engine, plan.steer, plan.tempo) };
}

interface Beat {
  readonly pitches: readonly number[];
  readonly chord?: number;
  readonly tempo?: number;
}

const range = (first: number, last: number): number[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);

/** Bars of one beat, each telling its tempo and chord. */
function wordsOf(beats: readonly Beat[]): Uint8Array {
  const words: number[][] = [];
  const word = (values: Readonly<Record<number, number>>): void => {
    words.push(Array.from({ length: WORD_WIDTH }, (_, column) => values[column] ?? 0));
  };
  for (const { pitches, chord = NO_CHORD, tempo = FIRST_TEMPO } of beats) {
    word({ [TYPE]: TYPE_METRICAL, [BAR_BEAT]: BAR });
    word({ [TYPE]: TYPE_METRICAL, [BAR_BEAT]: FIRST_POSITION, [TEMPO]: tempo, [CHORD]: chord });
    for (const pitch of pitches) word({ [TYPE]: TYPE_NOTE, [PITCH]: pitch, [DURATION]: 3, [VELOCITY]: 20 });
  }
  return Uint8Array.from(words.flat());
}
