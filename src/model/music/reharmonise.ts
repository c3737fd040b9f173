import { smallest } from '../lists.ts';
import { chordScale, SCALES } from './chord-scale.ts';
import { chordTones } from './parse-chord.ts';
import { CHORD_TONES, type Chord, type Key } from './piece.ts';

/** The furthest that a note moves: the nearest octave of where it belongs. */
const REACH = 6;

/** Role of a seventh in a chord: its fourth tone. */
const SEVENTH = 3;

/** What a place costs, in semitones away from the best one. */
const OTHER_CHORD_TONE = 3;
const NO_CHORD_TONE = 9;
const CHORD_TONE_IN_PASSING = 0.75;
const BEYOND_NEIGHBOURS = 4;
const OUTSIDE_SCALE = 6;
const CLASH = 20;
/** How much more the role of the lowest note of a beat weighs. */
const BASS = 4;

/** Harmony before and after; null = no chord. */
export interface Reharmonisation {
  readonly from: Chord | null;
  readonly to: Chord | null;
  readonly fromKey: Key;
  readonly toKey: Key;
  /** Lowest and highest pitch there is. */
  readonly low: number;
  readonly high: number;
}

/**
 * Moves notes from one chord to another: root to root, third to third, fifth to fifth, seventh to seventh (else the nearest
 * chord tone), other notes to a tone of the new chord's scale between the same two chord tones. Where only the new chord has
 * a seventh, the lowest doubling of the root sounds it (else of the fifth), as pianists do. A pitch always moves alike, save where two
 * notes of one onset would meet or cross.
 */
export class Reharmoniser {
  readonly #change: Reharmonisation;
  /** Semitones that the root moves. */
  readonly #shift: number;
  readonly #fromTones: readonly number[];
  readonly #toTones: readonly number[];
  readonly #scale: Uint8Array;
  /** Pitches that become the seventh which the old chord lacks. */
  readonly #sevenths: ReadonlySet<number>;
  /** Pitch -> what each place within reach costs, lowest place first. */
  readonly #costs = new Map<number, readonly number[]>();

  /** @param pitches all that are going to be moved */
  constructor(change: Reharmonisation, pitches: readonly number[] = []) {
    const { from, to, toKey } = change;
    this.#change = change;
    this.#fromTones = from ? chordTones(from) : [];
    this.#toTones = to ? chordTones(to) : [];
    this.#scale = chordScale(to, toKey);
    this.#shift = from && to ? shiftOf(from, to) : 0;
    this.#sevenths = new Set(
      this.#toTones.length > this.#fromTones.length && from ? this.#doublings(pitches) : [],
    );
  }

  /**
   * Where the notes of one onset go, as many and in the same order.
   * @param pitches rising; @param bass true if the first of them is the lowest note of its beat
   */
  move(pitches: readonly number[], bass: boolean): number[] {
    const { low, high } = this.#change;
    // The cheapest rising path: paths[i][j] ends with note i at place j.
    const paths: { cost: number; back: number }[][] = [];
    for (const [i, pitch] of pitches.entries()) {
      const costs = this.#costsOf(pitch);
      paths.push(
        costs.map((cost, j) => {
          const place = pitch - REACH + j;
          if (place < low + i || place > high - (pitches.length - 1 - i))
            return { cost: Number.POSITIVE_INFINITY, back: -1 };
          const own = cost * (bass && i === 0 ? BASS : 1);
          if (i === 0) return { cost: own, back: -1 };
          let best = { cost: Number.POSITIVE_INFINITY, back: -1 };
          for (const [k, before] of paths[i - 1].entries()) {
            const gap = place - (pitches[i - 1] - REACH + k);
            if (gap <= 0) continue;
            const clash = gap === 1 && pitch - pitches[i - 1] !== 1 ? CLASH : 0;
            if (before.cost + own + clash < best.cost) best = { cost: before.cost + own + clash, back: k };
          }
          return best;
        }),
      );
    }
    const moved: number[] = [];
    let at = -1;
    for (let i = pitches.length - 1; i >= 0; i--) {
      if (at < 0) at = indexOfLeast(paths[i].map(({ cost }) => cost));
      moved[i] = pitches[i] - REACH + at;
      at = paths[i][at].back;
    }
    return moved;
  }

  #costsOf(pitch: number): readonly number[] {
    const known =
      this.#costs.get(pitch) ??
      Array.from({ length: 2 * REACH + 1 }, (_, j) => this.#cost(pitch, pitch - REACH + j));
    this.#costs.set(pitch, known);
    return known;
  }

  #cost(pitch: number, place: number): number {
    const { from, to } = this.#change;
    if (!from || !to) return this.#costInScale(pitch, place);
    const role = this.#fromTones.indexOf(pitch % 12);
    if (role < 0) return this.#costInPassing(pitch, place);
    const after = this.#sevenths.has(pitch) ? SEVENTH : this.#roleAfter(role);
    return this.#costOfRole(pitch + this.#moveOf(role, after), place, after);
  }

  /** The lowest doubling of the root, or else of the fifth. */
  #doublings(pitches: readonly number[]): number[] {
    const rising = [...new Set(pitches)].sort((a, b) => a - b);
    for (const role of [0, 2]) {
      const doublings = rising.filter((pitch) => this.#roleOf(pitch) === role).slice(1);
      if (doublings.length > 0) return doublings.slice(0, 1);
    }
    return [];
  }

  /** Without chords to go by: the same degree of the scale. */
  #costInScale(pitch: number, place: number): number {
    const { fromKey, toKey } = this.#change;
    const best = pitch + degreeShift(pitch, fromKey, toKey);
    return 2 * Math.abs(place - best);
  }

  #costOfRole(best: number, place: number, role: number): number {
    const distance = Math.abs(place - best) / 4;
    const tone = place % 12;
    if (tone === this.#toTones[role]) return distance;
    if (this.#toTones.includes(tone)) return distance + OTHER_CHORD_TONE;
    return distance + NO_CHORD_TONE + (this.#scale[tone] ? 0 : OUTSIDE_SCALE);
  }

  #costInPassing(pitch: number, place: number): number {
    const [below, above] = this.#neighbours(pitch);
    const [bottom, top] = [
      below + this.#moveOf(this.#roleOf(below)),
      above + this.#moveOf(this.#roleOf(above)),
    ];
    const best = bottom + ((pitch - below) / (above - below)) * (top - bottom);
    const tone = place % 12;
    const clashes = clash(tone, this.#toTones) && !clash(pitch % 12, this.#fromTones);
    return (
      Math.abs(place - best) +
      (place > bottom && place < top ? 0 : BEYOND_NEIGHBOURS) +
      (this.#scale[tone] ? 0 : OUTSIDE_SCALE) +
      (this.#toTones.includes(tone) ? CHORD_TONE_IN_PASSING : clashes ? CLASH : 0)
    );
  }

  /** The chord tones directly below and above a pitch. */
  #neighbours(pitch: number): [number, number] {
    let [below, above] = [pitch, pitch];
    while (this.#roleOf(below) < 0) below--;
    while (this.#roleOf(above) < 0) above++;
    return [below, above];
  }

  #roleOf(pitch: number): number {
    return this.#fromTones.indexOf(((pitch % 12) + 12) % 12);
  }

  /** Role in the new chord: the same, or that of the nearest tone where the new chord has no seventh. */
  #roleAfter(role: number): number {
    const { from, to } = this.#change;
    const tones = CHORD_TONES[to!.quality];
    if (role < tones.length) return role;
    const seventh = CHORD_TONES[from!.quality][role];
    const apart = tones.map((tone) => Math.min((seventh - tone + 12) % 12, (tone - seventh + 12) % 12));
    return indexOfLeast(apart);
  }

  /** Semitones that a chord tone moves, to the nearest octave. */
  #moveOf(role: number, after = this.#roleAfter(role)): number {
    const { from, to } = this.#change;
    const apart = CHORD_TONES[to!.quality][after] - CHORD_TONES[from!.quality][role];
    const move = this.#shift + (apart > REACH ? apart - 12 : apart < -REACH ? apart + 12 : apart);
    return move > REACH ? move - 12 : move < -REACH ? move + 12 : move;
  }
}

/** How far the root moves: the way that takes no other tone too far, the shorter of two. */
function shiftOf(from: Chord, to: Chord): number {
  const up = (to.root - from.root + 12) % 12;
  const [before, after] = [CHORD_TONES[from.quality], CHORD_TONES[to.quality]];
  const furthest = (shift: number) =>
    Math.max(
      Math.abs(shift),
      ...before.slice(0, after.length).map((tone, i) => Math.abs(shift + after[i] - tone)),
    );
  const ways = [up, up - 12].filter((shift) => Math.abs(shift) <= REACH);
  return ways.reduce((a, b) => (furthest(b) < furthest(a) ? b : a));
}

/** Semitones to the same degree of another mode's scale; 0 outside the scale. */
function degreeShift(pitch: number, from: Key, to: Key): number {
  const degree = (SCALES[from.mode] as readonly number[]).indexOf((pitch - from.tonic + 12) % 12);
  return degree < 0 ? 0 : SCALES[to.mode][degree] - SCALES[from.mode][degree];
}

/** True for a pitch class a semitone away from one of these. */
const clash = (tone: number, tones: readonly number[]): boolean =>
  tones.some((other) => (other - tone + 12) % 12 === 1 || (tone - other + 12) % 12 === 1);

const indexOfLeast = (values: readonly number[]): number => values.indexOf(smallest(values));
