import { Random } from '../muser/random.ts';
import { onlyChoice, sample } from '../muser/sampling.ts';
import { type GeneratorSampling, PHRASE_BARS } from './config.ts';
import { ROOM } from './engine.ts';
import { logProbabilityAt } from './likelihood.ts';
import type { GeneratorModel } from './model.ts';
import { Prior, type PriorInput } from './prior.ts';
import { PLAIN } from './sampling.ts';
import type { Script } from './script.ts';

interface Lane {
  readonly random: Random;
  readonly plan: Uint16Array[];
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
    this.#prior.step([...inputs, ...free], (group, logits) => {
      const size = this.#masks[0][group].length;
      for (const [i, row] of guided.entries())
        guideRow(logits, row * size, (lanes.length + i) * size, size, this.#strength(lanes[row]));
      for (const [row, lane] of lanes.entries())
        chosen[row][group] = this.#choose(lane, group, logits, row * size);
      return [...chosen, ...guided.map((row) => chosen[row])].map((codes) => codes[group]);
    });
    for (const [row, lane] of lanes.entries()) this.#push(lane, chosen[row]);
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

  /** Takes a given beat into a lane as if it had been written. */
  take(lane: number, codes: ArrayLike<number>): void {
    this.#remember(lane);
    const input = this.#input(lane);
    const inputs = [input];
    if (this.#isGuided(lane)) inputs.push({ ...input, lane: lane + this.#lanes.length, emotion: null });
    this.#prior.step(inputs, (group) => [codes[group], codes[group]]);
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
  }

  /** Makes a lane what another one is; both were the same before `beat`. */
  copy(from: number, to: number, beat: number): void {
    const [source, target] = [this.#lanes[from], this.#lanes[to]];
    this.#prior.stack.copy(from, to, beat);
    if (Number.isFinite(source.guidedFrom))
      this.#prior.stack.copy(from + this.#lanes.length, to + this.#lanes.length, beat);
    target.plan.length = Math.min(beat, target.plan.length);
    target.plan.push(...source.plan.slice(target.plan.length));
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
    const { plan } = this.#lanes[lane];
    const { bar, beat } = script.metre.placeOf(plan.length);
    const features = [beat, script.endingOf(bar), script.modeOf(bar), bar % PHRASE_BARS];
    return {
      lane,
      before: plan,
      features,
      time: plan.length,
      emotion: script.emotionOf(bar, beat),
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
