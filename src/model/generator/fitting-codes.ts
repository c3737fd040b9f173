import type { Steer } from '../muser/steering.ts';
import {
  BAR_BEAT,
  DURATION,
  FIRST_POSITION,
  FIRST_TEMPO,
  NO_CHORD,
  PITCH,
  TYPE,
  VELOCITY,
} from '../tokens/vocabulary.ts';
import type { Voice } from '../voices/voice.ts';
import { type BeatEntries, BeatInTheMaking, type GroupName } from './beat-entries.ts';
import type { GroupSpec } from './config.ts';
import type { Encoder } from './encoder.ts';
import type { Script } from './script.ts';
import { METRICAL, SIZES, typeOfVoice, WORD_WIDTH } from './vocabulary.ts';

/** Notes a beat may stray from the density by so much either way. */
const SPARSER = 0.5;
const DENSER = 1.6;
/** Notes of melody, bass and inner in a beat that density counts with. */
const MOST_OF_VOICE = [6, 4, 11];
const OCTAVE = 12;
/** Steps of stacked inner notes. */
const THIRDS_AND_FOURTHS = [3, 4, 5];
const PITCH_GROUPS: readonly (readonly [GroupName, Voice])[] = [
  ['pitchMelody', 'melody'],
  ['pitchBass', 'bass'],
  ['pitchInner', 'inner'],
];

interface Beat {
  readonly tempo?: number;
  readonly chord?: number;
  /** Pitch values of voices. */
  readonly notes?: readonly (readonly [Voice, number])[];
}

/**
 * Finds the codes of a plan that stand for what limits allow, so that the plan fits them and the masks on words seldom have to
 * step in: beats that keep to the limits go through the encoder. What has been found is remembered.
 */
export class FittingCodes {
  readonly #encoder: Encoder;
  readonly #groups: readonly GroupSpec[];
  readonly #found = new Map<string, Uint8Array>();

  constructor(encoder: Encoder, groups: readonly GroupSpec[]) {
    this.#encoder = encoder;
    this.#groups = groups;
  }

  /** The codes that beats of these limits may have. @param chordsAt further chord values that a beat is limited to */
  maskOf(
    steer: Steer | undefined,
    tempo: number | undefined,
    chordsAt?: Script['chordsAt'],
  ): Script['codeMaskOf'] {
    if (!steer && tempo === undefined && !chordsAt) return undefined;
    const always = new Map<GroupName, Uint8Array>();
    if (tempo !== undefined)
      always.set(
        'tempo',
        this.#mask('tempo', `${tempo}`, () => [{ tempo }]),
      );
    if (steer) this.#limit(steer, always);
    return (bar, beat, group) => {
      const { name } = this.#groups[group];
      if (name !== 'chord') return always.get(name) ?? null;
      const asked = steer?.chordAt(bar, beat) ?? 0;
      const chords = asked > 0 ? [asked] : (chordsAt?.(bar, beat) ?? null);
      if (!chords) return null;
      return this.#mask('chord', chords.join(), () => chords.map((chord): Beat => ({ chord })));
    };
  }

  #limit({ lowest, highest, notesPerBeat }: Steer, always: Map<GroupName, Uint8Array>): void {
    if (lowest > 1 || highest < SIZES.pitch - 1)
      for (const [group, voice] of PITCH_GROUPS)
        always.set(
          group,
          this.#mask(group, `${lowest}-${highest}`, () => inRange(voice, lowest, highest)),
        );
    if (notesPerBeat === null) return;
    const [least, most] = [Math.floor(notesPerBeat * SPARSER), Math.ceil(notesPerBeat * DENSER)];
    always.set(
      'type',
      this.#mask('type', `${least}-${most}`, () => ofCount(least, most)),
    );
  }

  #mask(group: GroupName, limits: string, beats: () => readonly Beat[]): Uint8Array {
    const name = `${group} ${limits}`;
    const known = this.#found.get(name);
    if (known) return known;
    const mask = new Uint8Array(this.#groups.find((spec) => spec.name === group)!.books[0]);
    for (const beat of beats()) mask[this.#encoder.planCode(group, entriesOf(beat))] = 1;
    this.#found.set(name, mask);
    return mask;
  }
}

function entriesOf({ tempo = FIRST_TEMPO, chord = NO_CHORD, notes = [] }: Beat): BeatEntries {
  const beat = new BeatInTheMaking();
  const state = { tempo, chord, position: 0 };
  const word = (values: Readonly<Record<number, number>>): number[] =>
    Array.from({ length: WORD_WIDTH }, (_, column) => values[column] ?? 0);
  beat.take(word({ [TYPE]: METRICAL, [BAR_BEAT]: FIRST_POSITION }), state);
  for (const [voice, pitch] of notes)
    beat.take(word({ [TYPE]: typeOfVoice(voice), [PITCH]: pitch, [DURATION]: 1, [VELOCITY]: 1 }), state);
  return beat.entries();
}

/** Beats without notes of a voice, with one, with two within an octave, and for inner notes with three. */
function inRange(voice: Voice, lowest: number, highest: number): Beat[] {
  const chords: number[][] = [[]];
  for (let low = lowest; low <= highest; low++) {
    chords.push([low]);
    for (let high = low + 1; high <= low + OCTAVE; high++) chords.push([low, high]);
    if (voice === 'inner')
      for (const first of THIRDS_AND_FOURTHS)
        for (const second of THIRDS_AND_FOURTHS) chords.push([low, low + first, low + first + second]);
  }
  return chords
    .filter((pitches) => pitches.every((pitch) => pitch <= highest))
    .map((pitches) => ({ notes: pitches.map((pitch) => [voice, pitch] as const) }));
}

/** Beats of so many notes altogether, shared out among the voices in every way. */
function ofCount(least: number, most: number): Beat[] {
  const beats: Beat[] = [];
  const some = (voice: Voice, count: number) => Array.from({ length: count }, () => [voice, 1] as const);
  for (let melody = 0; melody <= MOST_OF_VOICE[0]; melody++)
    for (let bass = 0; bass <= MOST_OF_VOICE[1]; bass++)
      for (let inner = 0; inner <= MOST_OF_VOICE[2]; inner++) {
        const count = melody + bass + inner;
        if (count >= least && count <= most)
          beats.push({ notes: [...some('melody', melody), ...some('bass', bass), ...some('inner', inner)] });
      }
  return beats;
}
