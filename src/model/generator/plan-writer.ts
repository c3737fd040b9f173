import { Random } from '../muser/random.ts';
import { guide, sample } from '../muser/sampling.ts';
import type { GeneratorSampling } from './config.ts';
import type { GeneratorModel } from './model.ts';
import { Prior, type PriorInput } from './prior.ts';
import type { Script } from './script.ts';

interface Lane {
  readonly random: Random;
  readonly plan: Uint16Array[];
}

/** Where a lane of a plan was. */
export interface PlanMark {
  readonly beats: number;
  readonly random: Random;
}

/** Writes plans beat by beat, a lane a script. Under guidance a second stack of lanes goes along, from which the emotion is withheld. */
export class PlanWriter {
  readonly #scripts: readonly Script[];
  readonly #sampling: GeneratorSampling;
  readonly #prior: Prior;
  readonly #lanes: readonly Lane[];
  /** Every code of a group may follow. */
  readonly #masks: readonly Uint8Array[];

  constructor({ weights, engine }: GeneratorModel, scripts: readonly Script[], sampling: GeneratorSampling) {
    this.#scripts = scripts;
    this.#sampling = sampling;
    this.#prior = new Prior(weights, engine, scripts.length * (this.#isGuided ? 2 : 1));
    this.#lanes = scripts.map(({ seed }) => ({ random: new Random(seed, 'plan'), plan: [] }));
    this.#masks = weights.config.groups.map(({ books }) => new Uint8Array(books[0]).fill(1));
  }

  get #isGuided(): boolean {
    return this.#sampling.guidance !== 1;
  }

  /** The plan of a lane so far. */
  plan(lane: number): readonly Uint16Array[] {
    return this.#lanes[lane].plan;
  }

  /** Writes the next beat of some lanes. */
  next(lanes: readonly number[]): void {
    const chosen = lanes.map(() => new Uint16Array(this.#masks.length));
    const asked = lanes.map((lane) => this.#input(lane));
    this.#prior.step(this.#beside(asked), (group, logits) => {
      this.#guide(logits, lanes.length);
      const size = this.#masks[group].length;
      const codes = lanes.map((lane, row) => {
        const { random } = this.#lanes[lane];
        return sample(logits, row * size, this.#masks[group], this.#sampling.prior, random);
      });
      for (const [row, code] of codes.entries()) chosen[row][group] = code;
      return this.#isGuided ? [...codes, ...codes] : codes;
    });
    for (const [row, lane] of lanes.entries()) this.#lanes[lane].plan.push(chosen[row]);
  }

  /** Takes a given beat into a lane as if it had been written. */
  take(lane: number, codes: ArrayLike<number>): void {
    this.#prior.step(this.#beside([this.#input(lane)]), (group) => [codes[group], codes[group]]);
    this.#lanes[lane].plan.push(Uint16Array.from(codes));
  }

  mark(lane: number): PlanMark {
    const { plan, random } = this.#lanes[lane];
    return { beats: plan.length, random: random.clone() };
  }

  /** Takes a lane back to where it was. */
  back(lane: number, { beats, random }: PlanMark): void {
    for (const at of this.#isGuided ? [lane, lane + this.#lanes.length] : [lane])
      this.#prior.stack.back(at, beats);
    this.#lanes[lane].plan.length = beats;
    this.#lanes[lane].random.goOnFrom(random);
  }

  dispose(): void {
    this.#prior.dispose();
  }

  #input(lane: number): PriorInput {
    const script = this.#scripts[lane];
    const { plan } = this.#lanes[lane];
    const beat = plan.length;
    const bar = Math.floor(beat / script.beatsPerBar);
    const features = [beat % script.beatsPerBar, script.endingOf(bar), script.modeOf(bar)];
    return { lane, before: plan, features, time: beat, emotion: script.emotionOf(bar) };
  }

  #beside(asked: readonly PriorInput[]): readonly PriorInput[] {
    if (!this.#isGuided) return asked;
    const free = asked.map((input) => ({ ...input, lane: input.lane + this.#lanes.length, emotion: null }));
    return [...asked, ...free];
  }

  #guide(logits: Float32Array, rows: number): void {
    if (!this.#isGuided) return;
    const size = logits.length / 2 / rows;
    guide(
      logits.subarray(0, rows * size),
      logits.subarray(rows * size, 2 * rows * size),
      this.#sampling.guidance,
    );
  }
}
