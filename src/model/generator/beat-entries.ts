import {
  BAR_BEAT,
  DURATION,
  FIRST_POSITION,
  PITCH,
  TYPE,
  VELOCITY,
  type Words,
} from '../tokens/vocabulary.ts';
import { WordState } from './state.ts';
import { FEATURE_COUNT, FIRST_VOICE, METRICAL, SIZES, WORD_WIDTH } from './vocabulary.ts';

/** Notes of melody, bass and inner in a beat that are told apart. */
const SLOTS = [6, 4, 12];
const FIRST_SLOT = [0, 6, 10];
const NOTE_SLOTS = 22;
/** Counts of notes of a voice in a beat end here. */
const MOST = 12;
const STEPS = 4;
const MOST_AT_STEP = 4;

export const GROUP_NAMES = [
  'tempo',
  'chord',
  'type',
  'barBeat',
  'pitchBass',
  'pitchMelody',
  'pitchInner',
  'duration',
  'velocity',
] as const;
export type GroupName = (typeof GROUP_NAMES)[number];

interface GroupTable {
  /** Rows of its table; row 0 is nothing. */
  readonly rows: number;
  /** Rows that are summed for a beat. */
  readonly entries: number;
}

/** What the slices of a beat are encoded from: each group sees its own element alone. */
export const GROUP_TABLES: Readonly<Record<GroupName, GroupTable>> = {
  tempo: { rows: 1 + SIZES.tempo, entries: 1 },
  chord: { rows: 1 + SIZES.chord, entries: 1 },
  type: { rows: 1 + 3 * MOST, entries: 3 },
  barBeat: { rows: 1 + 3 * STEPS * (MOST_AT_STEP + 1), entries: 3 * STEPS },
  pitchBass: { rows: 1 + SLOTS[1] * SIZES.pitch, entries: SLOTS[1] },
  pitchMelody: { rows: 1 + SLOTS[0] * SIZES.pitch, entries: SLOTS[0] },
  pitchInner: { rows: 1 + SLOTS[2] * SIZES.pitch, entries: SLOTS[2] },
  duration: { rows: 1 + NOTE_SLOTS * SIZES.duration, entries: NOTE_SLOTS },
  velocity: { rows: 1 + NOTE_SLOTS * SIZES.velocity, entries: NOTE_SLOTS },
};
const PITCH_GROUPS = ['pitchMelody', 'pitchBass', 'pitchInner'] as const;

/** Rows of each group's table that say one beat. */
export type BeatEntries = Readonly<Record<GroupName, Uint16Array>>;

/** The entries of every beat of a word sequence. Notes of a voice are told in the order of the words, lowest first at a time. */
export function beatEntries(words: Words): BeatEntries[] {
  const beats: BeatInTheMaking[] = [];
  const state = new WordState();
  const row = new Uint8Array(FEATURE_COUNT);
  for (let i = 0; i < words.length; i += WORD_WIDTH) {
    const word = words.subarray(i, i + WORD_WIDTH);
    state.take(word, 0, 0, row);
    beats[state.beat] ??= new BeatInTheMaking();
    beats[state.beat].take(word, state);
  }
  return beats.map((beat) => beat.entries());
}

/** Entries of one beat, word by word. */
export class BeatInTheMaking {
  readonly #out = Object.fromEntries(
    GROUP_NAMES.map((name) => [name, new Uint16Array(GROUP_TABLES[name].entries)]),
  ) as Record<GroupName, Uint16Array>;
  readonly #counts = [0, 0, 0];
  readonly #at = new Uint8Array(3 * STEPS);

  /** @param state with the word taken in */
  take(
    word: ArrayLike<number>,
    { tempo, chord, position }: Pick<WordState, 'tempo' | 'chord' | 'position'>,
  ): void {
    if (word[TYPE] !== METRICAL) this.#takeNote(word, position);
    else if (word[BAR_BEAT] >= FIRST_POSITION) {
      this.#out.tempo[0] = 1 + tempo;
      this.#out.chord[0] = 1 + chord;
    }
  }

  #takeNote(word: ArrayLike<number>, position: number): void {
    const voice = word[TYPE] - FIRST_VOICE;
    const order = this.#counts[voice]++;
    this.#at[voice * STEPS + (position % STEPS)]++;
    if (order >= SLOTS[voice]) return;
    const slot = FIRST_SLOT[voice] + order;
    this.#out[PITCH_GROUPS[voice]][order] = 1 + order * SIZES.pitch + word[PITCH];
    this.#out.duration[slot] = 1 + slot * SIZES.duration + word[DURATION];
    this.#out.velocity[slot] = 1 + slot * SIZES.velocity + word[VELOCITY];
  }

  entries(): BeatEntries {
    for (const [voice, count] of this.#counts.entries())
      this.#out.type[voice] = 1 + voice * MOST + Math.min(count, MOST - 1);
    for (const [i, count] of this.#at.entries())
      this.#out.barBeat[i] = 1 + i * (MOST_AT_STEP + 1) + Math.min(count, MOST_AT_STEP);
    return this.#out;
  }
}
