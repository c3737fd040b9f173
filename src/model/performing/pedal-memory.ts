import { smallest } from '../lists.ts';
import { CHORD_TONES } from '../music/piece.ts';
import type { Step } from './step-reader.ts';

/** What the foot does within a step, which reaches half a sixteenth to either side of its onset. */
export const PEDAL_ACTIONS = ['stay', 'change', 'lift', 'press'] as const;
/** stay: up or down as it was; change: down, lifted and pressed again; lift: down to up; press: up to down. */
export type PedalAction = (typeof PEDAL_ACTIONS)[number];

export const MEMORY_FEATURES = 9;
/** Share of the steps in which the pedal is down, and of those in which it changes: where a clip begins. */
const USUAL_DOWN = 0.85;
const USUAL_CHANGES = 0.08;
/** A moving average over about two bars. */
const FADE = 1 / 32;
const FAR = 32;

/** What the foot did so far, and what rings because of it. */
export class PedalMemory {
  isDown = false;
  #age = FAR;
  #down = USUAL_DOWN;
  #changes = USUAL_CHANGES;
  /** Pitches that sound: held, or kept by the pedal. */
  #ringing = new Set<number>();
  #chordsSince = 0;

  /** The row of what is known before the foot acts in this step. */
  features(step: Step): Float32Array {
    const tones = new Set(
      step.chord ? CHORD_TONES[step.chord.quality].map((tone) => (tone + step.chord!.root) % 12) : [],
    );
    const classes = new Set([...this.#ringing].map((pitch) => pitch % 12));
    const foreign = [...classes].filter((pitch) => !tones.has(pitch)).length;
    const lowest = smallest(this.#ringing);
    const onset = step.onsets[0]?.pitch ?? Number.POSITIVE_INFINITY;
    const chords = this.#chordsSince + (step.chordChanges ? 1 : 0);
    return Float32Array.of(
      this.isDown ? 1 : 0,
      Math.sqrt(this.#age / FAR),
      this.isDown ? Math.sqrt(this.#age / FAR) : 0,
      step.chord ? foreign / 6 : 0,
      classes.size / 12,
      // A bass that would be doubled by another bass.
      this.isDown && lowest < 60 && onset < 60 && onset !== lowest ? 1 : 0,
      Math.min(3, chords) / 3,
      this.#down,
      4 * this.#changes,
    );
  }

  /** Takes in what the foot did in this step. */
  act(action: PedalAction, step: Step): void {
    const lifted = action === 'change' || action === 'lift';
    if (lifted || !this.isDown) this.#ringing.clear();
    if (action !== 'stay') this.isDown = action !== 'lift';
    for (const pitch of step.held) this.#ringing.add(pitch);
    this.#chordsSince = lifted ? 0 : this.#chordsSince + (step.chordChanges ? 1 : 0);
    this.#age = action === 'stay' ? Math.min(FAR, this.#age + 1) : 1;
    this.#down += FADE * ((this.isDown ? 1 : 0) - this.#down);
    this.#changes += FADE * ((lifted ? 1 : 0) - this.#changes);
  }

  /** Goes on from here, apart from this one. */
  clone(): PedalMemory {
    const copy = new PedalMemory();
    copy.isDown = this.isDown;
    copy.#age = this.#age;
    copy.#down = this.#down;
    copy.#changes = this.#changes;
    copy.#ringing = new Set(this.#ringing);
    copy.#chordsSince = this.#chordsSince;
    return copy;
  }
}
