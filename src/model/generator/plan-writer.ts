import { append } from '../lists.ts';
import { Random } from '../muser/random.ts';
import { onlyChoice, sample } from '../muser/sampling.ts';
import { type GeneratorSampling, PHRASE_BARS } from './config.ts';
import { ROOM } from './engine.ts';
import { logProbabilityAt } from './likelihood.ts';
import type { GeneratorModel } from './model.ts';
import { Prior, type PriorInput, type Returned } from './prior.ts';
import { allowReturns, lagOf, NEW_BAR, RETURN_VALUES } from './returns.ts';
import { PLAIN } from './sampling.ts';
import type { Script } from './script.ts';

interface Lane {
  readonly random: Random;
  readonly plan: Uint16Array[];
  /** How each bar comes back (returns.ts), as far as bars have begun. */
  returns: number[];
  /** Before each of the beats that may be written again. */
  readonly randoms: Map<number, Random>;
  /** The first beat under guidance: from there on the lane has a second stack beside it. */
  guidedFrom: number;
  /** Sums of log probabilities of codes: of those that were chosen, and of those that were given after the first that was chosen. */
  chosen: number;
  kept: number;
  hasChosen: boolean;
}

/** Beats back to which a lane can go. */
const REMEMBERS = 256;
const FORGOTTEN = new Uint16Array();

/**
 * Writes plans beat by beat, a lane a script. Under guidance a second stack of lanes goes along, from which the emotion is
 * withheld; before guidance sets in it has heard what the first has.
 */
export class PlanWriter {
  readonly #scripts: readonly Script[];
  readonly #sampling: GeneratorSampling;
  readonly #prior: Prior;
  readonly #lanes: readonly Lane[];
  /** What each group of each lane may take. */
  readonly #masks: readonly (readonly Uint8Array[])[];
  readonly #returnMask = new Uint8Array(RETURN_VALUES);

  /** @param room beats that can be gone back */
  constructor(
    { weights, engine }: GeneratorModel,
    scripts: readonly Script[],
    sampling: GeneratorSampling,
    room = ROOM,
  ) {
    this.#scripts = scripts;
    this.#sampling = sampling;
    const isGuided = sampling.guidance !== 1 || scripts.some(({ guidanceOf }) => guidanceOf);
    this.#prior = new Prior(weights, engine, scripts.length * (isGuided ? 2 : 1), room);
    this.#lanes = scripts.map(({ seed }) => ({
      random: new Random(seed, 'plan'),
      plan: [],
      returns: [],
      randoms: new Map(),
      guidedFrom: Number.POSITIVE_INFINITY,
      chosen: 0,
      kept: 0,
      hasChosen: false,
    }));
    this.#masks = scripts.map(() => weights.config.groups.map(({ books }) => new Uint8Array(books[0])));
  }

  /** The plan of a lane so far. */
  plan(lane: number): readonly Uint16Array[] {
    return this.#lanes[lane].plan;
  }

  /** How a bar of a lane comes back, of which a beat has been planned. */
  returnOf(lane: number, bar: number): number {
    return this.#lanes[lane].returns[bar];
  }

  likelihood(lane: number): { readonly chosen: number; readonly kept: number } {
    return this.#lanes[lane];
  }

  /** Writes the next beat of some lanes. */
  next(lanes: readonly number[]): void {
    const groups = this.#masks[0].length;
    const chosen = lanes.map(() => new Uint16Array(groups));
    const inputs = lanes.map((lane) => this.#input(lane));
    const guided = lanes.flatMap((lane, row) => (this.#isGuided(lane) ? [row] : []));
    const free = guided.map((row) => ({
      ...inputs[row],
      lane: lanes[row] + this.#lanes.length,
      emotion: null,
    }));
    for (const lane of lanes) this.#remember(lane);
    const chooseReturns = (logits: Float32Array | null): Returned[] => {
      if (logits)
        for (const [i, row] of guided.entries())
          this.#guide(logits, RETURN_VALUES, row, lanes.length + i, lanes[row]);
      const returned = lanes.map((lane, row) => this.#return(lane, logits, row * RETURN_VALUES));
      return [...returned, ...guided.map((row) => returned[row])];
    };
    this.#prior.step([...inputs, ...free], chooseReturns, (group, logits) => {
      const size = this.#masks[0][group].length;
      for (const [i, row] of guided.entries()) this.#guide(logits, size, row, lanes.length + i, lanes[row]);
      for (const [row, lane] of lanes.entries())
        chosen[row][group] = this.#choose(lane, group, logits, row * size);
      return [...chosen, ...guided.map((row) => chosen[row])].map((codes) => codes[group]);
    });
    for (const [row, lane] of lanes.entries()) this.#push(lane, chosen[row]);
  }

  #guide(logits: Float32Array, size: number, row: number, free: number, lane: number): void {
    guideRow(logits, row * size, free * size, size, this.#strength(lane));
  }

  /** How the bar of the next beat comes back: where it begins that is chosen, from logits at `offset`, or given. */
  #return(lane: number, logits: Float32Array | null, offset: number): Returned {
    const at = this.#lanes[lane];
    const { metre, returnOf } = this.#scripts[lane];
    const { bar, beat } = metre.placeOf(at.plan.length);
    if (beat === 0) {
      const given = returnOf?.(bar) ?? null;
      at.returns[bar] = given ?? this.#chooseReturn(at, bar, logits!, offset);
    }
    return this.#returned(lane, bar, beat);
  }

  #chooseReturn(at: Lane, bar: number, logits: Float32Array, offset: number): number {
    const mask = this.#returnMask;
    allowReturns(bar, mask);
    const only = onlyChoice(mask);
    return only >= 0 ? only : sample(logits, offset, mask, this.#sampling.prior, at.random);
  }

  #returned(lane: number, bar: number, beat: number): Returned {
    const { plan, returns } = this.#lanes[lane];
    const value = returns[bar];
    if (value === NEW_BAR) return { value, codes: null };
    const { metre } = this.#scripts[lane];
    const earlier = bar - lagOf(value);
    // A bar of fewer beats has no such beat.
    const at = metre.startOf(earlier) + beat;
    return { value, codes: at < metre.startOf(earlier + 1) ? plan[at] : null };
  }

  #choose(lane: number, group: number, logits: Float32Array, offset: number): number {
    const at = this.#lanes[lane];
    const script = this.#scripts[lane];
    const { bar, beat } = script.metre.placeOf(at.plan.length);
    const mask = this.#masks[lane][group];
    const given = script.codesOf?.(bar, beat)?.[group] ?? -1;
    if (given >= 0) {
      if (at.hasChosen) at.kept += logProbabilityAt(logits, offset, mask.fill(1), given);
      return given;
    }
    at.hasChosen = true;
    const allowed = script.codeMaskOf?.(bar, beat, group) ?? null;
    if (allowed) mask.set(allowed);
    else mask.fill(1);
    const only = onlyChoice(mask);
    if (only >= 0) return only;
    const code = sample(logits, offset, mask, this.#sampling.prior, at.random);
    at.chosen += logProbabilityAt(logits, offset, mask, code);
    return code;
  }

  /** Takes a given beat into a lane as if it had been written. @param returned how its bar comes back */
  take(lane: number, codes: ArrayLike<number>, returned: number): void {
    this.#remember(lane);
    const input = this.#input(lane);
    const inputs = [input];
    if (this.#isGuided(lane)) inputs.push({ ...input, lane: lane + this.#lanes.length, emotion: null });
    const { bar, beat } = this.#scripts[lane].metre.placeOf(this.#lanes[lane].plan.length);
    this.#lanes[lane].returns[bar] = returned;
    const told = this.#returned(lane, bar, beat);
    this.#prior.step(
      inputs,
      () => inputs.map(() => told),
      (group) => [codes[group], codes[group]],
    );
    this.#push(lane, Uint16Array.from(codes));
  }

  #push(lane: number, codes: Uint16Array): void {
    const { plan } = this.#lanes[lane];
    plan.push(codes);
    // Music without an end forgets what it planned long ago.
    if (this.#scripts[lane].bars === null && plan.length > REMEMBERS)
      plan[plan.length - REMEMBERS - 1] = FORGOTTEN;
  }

  /** Takes a lane back to before a beat. */
  back(lane: number, beat: number): void {
    const at = this.#lanes[lane];
    if (beat >= at.plan.length) return;
    this.#prior.stack.back(lane, beat);
    if (at.guidedFrom < beat) this.#prior.stack.back(lane + this.#lanes.length, beat);
    else at.guidedFrom = Number.POSITIVE_INFINITY;
    at.random.goOnFrom(at.randoms.get(beat)!);
    at.plan.length = beat;
    at.returns.length = this.#barsBegun(lane, beat);
  }

  /** Bars that have begun where so many beats are planned. */
  #barsBegun(lane: number, beats: number): number {
    return beats === 0 ? 0 : this.#scripts[lane].metre.placeOf(beats - 1).bar + 1;
  }

  /** Makes a lane what another one is; both were the same before `beat`. */
  copy(from: number, to: number, beat: number): void {
    const [source, target] = [this.#lanes[from], this.#lanes[to]];
    this.#prior.stack.copy(from, to, beat);
    if (Number.isFinite(source.guidedFrom))
      this.#prior.stack.copy(from + this.#lanes.length, to + this.#lanes.length, beat);
    target.plan.length = Math.min(beat, target.plan.length);
    append(target.plan, source.plan.slice(target.plan.length));
    target.returns = source.returns.slice();
    target.random.goOnFrom(source.random);
    target.guidedFrom = source.guidedFrom;
    target.chosen = source.chosen;
    target.kept = source.kept;
    target.hasChosen = source.hasChosen;
    for (const [at, random] of source.randoms) if (at >= beat) target.randoms.set(at, random.clone());
  }

  /** Draws what follows from another sequence. */
  redraw(lane: number, random: Random): void {
    this.#lanes[lane].random.goOnFrom(random);
  }

  dispose(): void {
    this.#prior.dispose();
  }

  #remember(lane: number): void {
    const { randoms, random, plan } = this.#lanes[lane];
    randoms.set(plan.length, random.clone());
    randoms.delete(plan.length - REMEMBERS);
  }

  #strength(lane: number): number {
    const { guidanceOf, metre } = this.#scripts[lane];
    const { bar, beat } = metre.placeOf(this.#lanes[lane].plan.length);
    return guidanceOf?.(bar, beat).prior ?? this.#sampling.guidance;
  }

  /** Once guided a lane stays so: the other stack would not know what it missed. */
  #isGuided(lane: number): boolean {
    const at = this.#lanes[lane];
    const beat = at.plan.length;
    if (beat < at.guidedFrom && this.#strength(lane) !== PLAIN.prior) {
      this.#prior.stack.copy(lane, lane + this.#lanes.length, 0);
      at.guidedFrom = beat;
    }
    return beat >= at.guidedFrom;
  }

  #input(lane: number): PriorInput {
    const script = this.#scripts[lane];
    const { plan, returns } = this.#lanes[lane];
    const { bar, beat } = script.metre.placeOf(plan.length);
    const features = [beat, script.endingOf(bar), script.modeOf(bar), bar % PHRASE_BARS];
    return {
      lane,
      before: plan,
      features,
      time: plan.length,
      emotion: script.emotionOf(bar, beat),
      returnedBefore: plan.length === 0 ? NEW_BAR : returns[script.metre.placeOf(plan.length - 1).bar],
      isFirst: beat === 0,
    };
  }
}

/** Classifier-free guidance (Ho and Salimans 2022) of one row of logits by another. */
export function guideRow(
  logits: Float32Array,
  asked: number,
  free: number,
  size: number,
  strength: number,
): void {
  if (strength === 1) return;
  for (let i = 0; i < size; i++)
    logits[asked + i] = logits[free + i] + strength * (logits[asked + i] - logits[free + i]);
}
