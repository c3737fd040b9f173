import { STEPS_PER_BEAT } from '../music/piece.ts';
import { FeatureState } from '../tokens/features.ts';
import { MAX_RETURN } from '../tokens/form.ts';
import { GrammarState } from '../tokens/grammar.ts';
import {
  BAR,
  BAR_BEAT,
  FIRST_POSITION,
  PITCH,
  PITCH_BASE,
  TYPE,
  TYPE_NOTE,
  WORD_WIDTH,
  type Words,
} from '../tokens/vocabulary.ts';
import { characterOf } from './character.ts';
import type { Character } from './leaning.ts';
import { Likelihood } from './likelihood.ts';
import { barsFeltAt, type LanePlan, modeAt } from './plan.ts';
import { Random } from './random.ts';
import { SteeringState } from './steering-state.ts';

/** Goes back to where it was made, as often as it is called. */
export type WayBack = () => void;

/** One take in the making: where it is in the music and what has been written of the open bar. */
export class Lane {
  readonly plan: LanePlan;
  readonly grammar: GrammarState;
  readonly features: FeatureState;
  readonly random: Random;
  readonly codeRandom: Random;
  /** null: the usual one; music without an end is not chosen from several, and keeps to what was asked. */
  readonly character: Character | null;
  readonly steering: SteeringState | null;
  /** The open bar, -1 before the first. */
  bar = -1;
  /** Beat of the open bar that the last word lies in, 0 right after Bar. */
  beat = 0;
  /** Decoder steps made. */
  steps = 0;
  finished = false;
  /** How likely the model found what was chosen: elements of words, and codes. */
  readonly likelihood = new Likelihood();
  /** Return distance of each bar, as far as it is known; older ones are forgotten by the code source. */
  readonly forms = new Map<number, number>([[0, 0]]);
  /** Mode of each bar that may still be returned to. */
  private readonly modes = new Map<number, number>();
  private words: number[] = [];
  /** Bar in which each pitch class (from the tonic up) was last written. */
  private heard: readonly number[] = new Array(12).fill(Number.NEGATIVE_INFINITY);

  constructor(plan: LanePlan) {
    this.plan = plan;
    this.random = new Random(plan.seed, 'words');
    this.codeRandom = new Random(plan.seed, 'codes');
    this.character = plan.bars === null ? null : characterOf(plan.seed);
    this.steering = plan.steer ? new SteeringState(plan.steer, plan.beatsOf) : null;
    const beats = () => plan.beatsOf(Math.max(0, this.bar));
    this.grammar = new GrammarState({
      get beatsPerBar() {
        return beats();
      },
      lockedTempo: plan.tempo,
    });
    // Asked as a bar opens, before it is counted.
    const bars = () => barsFeltAt(plan, this.bar + 1);
    this.features = new FeatureState({
      mode: plan.mode,
      modeOf: plan.modeOf && ((bar) => modeAt(plan, bar)),
      get totalBars() {
        return bars();
      },
      form: (bar) => this.formOf(bar),
    });
  }

  /** True if a pitch class (from the tonic up) has been written in the bars that may be returned to, and in the open bar's mode. */
  hasHeard(pitchClass: number): boolean {
    const last = this.heard[pitchClass];
    return this.bar - last <= MAX_RETURN && this.modeOf(last) === this.modeOf(this.bar);
  }

  /** True if a bar is one that returns to an earlier one. */
  returns(bar = this.bar): boolean {
    return this.formOf(bar) > 0;
  }

  /** Return distance of a bar: planned, or chosen by the prior unless the mode has turned since; 0 while it is not known. */
  formOf(bar: number): number {
    const planned = this.plan.formOf?.(bar);
    if (planned !== undefined) return planned;
    const chosen = this.forms.get(bar) ?? 0;
    return this.mayReturn(bar, chosen) ? chosen : 0;
  }

  /** True if a bar may return to the one so many bars before: not to music in another mode. */
  mayReturn(bar: number, distance: number): boolean {
    return this.modeOf(bar - distance) === this.modeOf(bar);
  }

  private modeOf(bar: number): number {
    return this.modes.get(bar) ?? modeAt(this.plan, bar);
  }

  /** At a bar line: the plan has changed its mind about the bar that has just been opened. */
  askAgain(): void {
    this.modes.set(this.bar, modeAt(this.plan, this.bar));
    this.features.askAgain();
  }

  /** Words written of the open bar, its Bar word included. */
  get written(): number {
    return this.words.length / WORD_WIDTH;
  }

  /**
   * Takes a word. A Bar word closes the open bar and, unless it was the last, opens the next.
   * @returns the words of the bar that it closed, or null
   */
  take(word: ArrayLike<number>): Words | null {
    if (word[BAR_BEAT] !== BAR) {
      this.push(word);
      if (word[BAR_BEAT] >= FIRST_POSITION)
        this.beat = Math.floor((word[BAR_BEAT] - FIRST_POSITION) / STEPS_PER_BEAT);
      return null;
    }
    const closed = this.bar >= 0 ? Uint8Array.from(this.words) : null;
    this.words = [];
    if (this.bar + 1 === this.plan.bars) {
      this.finished = true;
      return closed;
    }
    this.push(word);
    this.bar++;
    this.beat = 0;
    this.modes.set(this.bar, modeAt(this.plan, this.bar));
    this.modes.delete(this.bar - MAX_RETURN - 1);
    return closed;
  }

  mark(): WayBack {
    const here = this.copy();
    return () => {
      Object.assign(this, here.copy());
    };
  }

  private copy(): Lane {
    const copy: Lane = Object.create(Lane.prototype);
    return Object.assign(copy, this, {
      grammar: this.grammar.clone(),
      features: this.features.clone(),
      random: this.random.clone(),
      codeRandom: this.codeRandom.clone(),
      steering: this.steering?.clone() ?? null,
      forms: new Map(this.forms),
      modes: new Map(this.modes),
      likelihood: Object.assign(new Likelihood(), this.likelihood),
      words: [...this.words],
    });
  }

  private push(word: ArrayLike<number>): void {
    this.grammar.push(word);
    this.features.push(word);
    this.steering?.push(word);
    if (word[TYPE] === TYPE_NOTE) this.heard = this.heard.with((word[PITCH] + PITCH_BASE) % 12, this.bar);
    for (let column = 0; column < WORD_WIDTH; column++) this.words.push(word[column]);
  }
}
