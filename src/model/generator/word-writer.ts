import { Random } from '../muser/random.ts';
import { sample } from '../muser/sampling.ts';
import { STEPS_PER_BEAT } from '../music/piece.ts';
import { BAR, BAR_BEAT, FIRST_POSITION, TYPE, type Words } from '../tokens/vocabulary.ts';
import { BarReference } from './bar-reference.ts';
import { BeatMemories, type BeatMemory } from './beat-memory.ts';
import type { BeatCodes } from './codes.ts';
import type { GeneratorSampling } from './config.ts';
import { allow, type Whereabouts } from './constraint.ts';
import { Decoder, type DecoderInput } from './decoder.ts';
import { carries } from './grammar.ts';
import { only } from './kept.ts';
import { logProbabilityAt } from './likelihood.ts';
import type { GeneratorModel } from './model.ts';
import { guideRow } from './plan-writer.ts';
import { NEW_BAR } from './returns.ts';
import { PLAIN } from './sampling.ts';
import type { Script } from './script.ts';
import { startFeatures, WordState } from './state.ts';
import { SteeringState } from './steering-state.ts';
import { isOfTune } from './tune.ts';
import { columnOf, ELEMENTS, type Element, METRICAL, ORDER, SIZES, WORD_WIDTH } from './vocabulary.ts';

const COLUMNS = ORDER.map(columnOf);
const UNTOLD: BeatMemory = { shared: new Float32Array(), own: {} };

/** Codes of a lane's beat; null before the first and after the last. */
export type CodesOf = (lane: number, beat: number) => BeatCodes | null;

/** How a lane's bar comes back (returns.ts). */
export type ReturnOf = (lane: number, bar: number) => number;

/** The first beats of a bar, as they are: their words, Bar word first. */
export interface BegunBar {
  readonly words: Words;
  readonly beats: number;
}

/** What the steps of a beat are told, with the emotion and without. */
interface Told {
  readonly beat: number;
  readonly memory: BeatMemory;
  /** null where there is no guidance. */
  readonly free: BeatMemory | null;
  readonly strength: number;
}

/** A lane's step, filled anew each time. */
type Step = { -readonly [Name in keyof DecoderInput]: DecoderInput[Name] };

interface Lane extends Whereabouts {
  readonly input: Step;
  /** The same for the stack from which the emotion is withheld. */
  readonly freeInput: Step;
  /** The next word, as far as it has been chosen. */
  readonly word: Uint8Array;
  readonly random: Random;
  /** What is known after the last word. */
  readonly features: Uint8Array;
  readonly reference: BarReference;
  /** Value of bar-beat that the next word has; 0: it is chosen. */
  resumesAt: number;
  /** The Bar word that ended the last bar has been chosen, and opens the next. */
  isOpened: boolean;
  written: number;
  tuneNotes: number;
  /** Kept for that beat. */
  told: Told | null;
  /** Steps when guidance set in: from there on the lane has a second stack beside it. */
  guidedFrom: number;
  /** Sum of log probabilities of what was chosen. */
  likelihood: number;
}

/** Where a lane was, between bars. */
export interface WordMark {
  readonly steps: number;
  readonly random: Random;
  readonly state: Int32Array;
  readonly steering: Int32Array | null;
  readonly features: Uint8Array;
  readonly reference: ReturnType<BarReference['save']>;
  readonly isOpened: boolean;
  readonly likelihood: number;
}

/** Before a lane's first step. @param beside where its second stack is, counted from it */
function laneOf({ seed, steer, endingOf, modeOf }: Script, lane: number, beside: number): Lane {
  const features = startFeatures(endingOf(0), modeOf(0));
  const reference = new BarReference();
  const known = { features, reference: reference.row, time: 0, memory: UNTOLD };
  return {
    input: { ...known, lane },
    freeInput: { ...known, lane: lane + beside },
    word: new Uint8Array(WORD_WIDTH),
    random: new Random(seed, 'words'),
    state: new WordState(),
    steering: steer ? new SteeringState(steer) : null,
    features,
    reference,
    resumesAt: 0,
    isOpened: false,
    written: 0,
    tuneNotes: 0,
    told: null,
    guidedFrom: Number.POSITIVE_INFINITY,
    likelihood: 0,
  };
}

/** Writes words bar by bar, a lane a script; all lanes step together. */
export class WordWriter {
  readonly #scripts: readonly Script[];
  readonly #sampling: GeneratorSampling;
  readonly #codesOf: CodesOf;
  readonly #returnOf: ReturnOf;
  readonly #decoder: Decoder;
  readonly #memories: BeatMemories;
  readonly #lanes: readonly Lane[];
  readonly #masks: Readonly<Record<Element, Uint8Array[]>>;
  /** Filled anew in each step, so that none leaves lists behind. */
  readonly #inputs: DecoderInput[] = [];
  readonly #rows: number[] = [];
  readonly #asked: number[] = [];
  readonly #words: Uint8Array[] = [];

  constructor(
    { weights, engine }: GeneratorModel,
    scripts: readonly Script[],
    sampling: GeneratorSampling,
    codesOf: CodesOf,
    returnOf: ReturnOf,
    room?: number,
  ) {
    this.#scripts = scripts;
    this.#sampling = sampling;
    this.#codesOf = codesOf;
    this.#returnOf = returnOf;
    const isGuided = scripts.some(({ guidanceOf }) => guidanceOf);
    this.#decoder = new Decoder(weights, engine, scripts.length * (isGuided ? 2 : 1), room);
    this.#memories = new BeatMemories(weights);
    this.#lanes = scripts.map((script, lane) => laneOf(script, lane, scripts.length));
    this.#masks = Object.fromEntries(
      ELEMENTS.map((e) => [e, scripts.map(() => new Uint8Array(SIZES[e]))]),
    ) as Record<Element, Uint8Array[]>;
  }

  /** Where a lane is. */
  state(lane: number): Readonly<WordState> {
    return this.#lanes[lane].state;
  }

  likelihood(lane: number): number {
    return this.#lanes[lane].likelihood;
  }

  /**
   * Writes the next bar of some lanes; a bar begins with its Bar word.
   * @param begun the beats that the bars begin with
   */
  bar(
    lanes: readonly number[],
    onWord?: (lane: number, word: Uint8Array) => void,
    { words: begun, beats }: BegunBar = { words: barWord(), beats: 0 },
  ): Words[] {
    const bars: number[][] = lanes.map(() => []);
    const take = (lane: number, word: Uint8Array): void => {
      this.#take(lane, word);
      const bar = bars[lanes.indexOf(lane)];
      for (let i = 0; i < WORD_WIDTH; i++) bar.push(word[i]);
      // The lane's own word is written over in the next step.
      onWord?.(lane, word.slice());
    };
    for (let i = 0; i < begun.length; i += WORD_WIDTH) {
      // A Bar word that the last bar has chosen needs no step any more.
      const closed = lanes.filter((lane) => !this.#lanes[lane].isOpened);
      if (closed.length > 0) this.#step(closed);
      for (const lane of lanes) {
        this.#lanes[lane].isOpened = false;
        take(lane, begun.subarray(i, i + WORD_WIDTH));
      }
    }
    // The beats that have begun are whole.
    for (const lane of lanes) this.#lanes[lane].resumesAt = FIRST_POSITION + beats * STEPS_PER_BEAT;
    const isOpened = (lane: number): boolean => this.#lanes[lane].isOpened;
    let open = [...lanes];
    while (open.length > 0) {
      this.#step(open);
      this.#choose(open);
      for (let i = 0; i < open.length; i++) {
        const at = this.#lanes[open[i]];
        at.isOpened = at.word[BAR_BEAT] === BAR;
        if (!at.isOpened) take(open[i], at.word);
      }
      if (open.some(isOpened)) open = open.filter((lane) => !isOpened(lane));
    }
    return bars.map((bar) => Uint8Array.from(bar));
  }

  /** Takes given words into a lane as if they had been written; whole bars. */
  take(lane: number, words: Words): void {
    const at = this.#lanes[lane];
    for (let i = 0; i < words.length; i += WORD_WIDTH) {
      if (!at.isOpened) this.#step([lane]);
      at.isOpened = false;
      this.#take(lane, words.subarray(i, i + WORD_WIDTH));
    }
  }

  mark(lane: number): WordMark {
    const { random, state, steering, features, reference, isOpened, likelihood } = this.#lanes[lane];
    return {
      steps: this.#decoder.stack.length(lane),
      random: random.clone(),
      state: state.save(),
      steering: steering?.save() ?? null,
      features: features.slice(),
      reference: reference.save(),
      isOpened,
      likelihood,
    };
  }

  /** Takes a lane back to where it was between bars. */
  back(lane: number, mark: WordMark): void {
    const at = this.#lanes[lane];
    this.#decoder.stack.back(lane, mark.steps);
    if (at.guidedFrom < mark.steps) this.#decoder.stack.back(lane + this.#lanes.length, mark.steps);
    else at.guidedFrom = Number.POSITIVE_INFINITY;
    this.#restore(at, mark);
  }

  /** Makes a lane what another one is; both were the same at `since`. Between bars. */
  copy(from: number, to: number, since: WordMark): void {
    const [source, target] = [this.#lanes[from], this.#lanes[to]];
    this.#decoder.stack.copy(from, to, since.steps);
    if (Number.isFinite(source.guidedFrom))
      this.#decoder.stack.copy(from + this.#lanes.length, to + this.#lanes.length, since.steps);
    target.guidedFrom = source.guidedFrom;
    this.#restore(target, this.mark(from));
  }

  /** Draws what follows from another sequence. */
  redraw(lane: number, random: Random): void {
    this.#lanes[lane].random.goOnFrom(random);
  }

  dispose(): void {
    this.#decoder.dispose();
  }

  #restore(at: Lane, mark: WordMark): void {
    at.random.goOnFrom(mark.random);
    at.state.restore(mark.state);
    if (mark.steering) at.steering?.restore(mark.steering);
    at.features.set(mark.features);
    at.reference.restore(mark.reference);
    at.isOpened = mark.isOpened;
    at.resumesAt = 0;
    at.likelihood = mark.likelihood;
    at.told = null;
  }

  #take(lane: number, word: Uint8Array): void {
    const at = this.#lanes[lane];
    const { endingOf, modeOf } = this.#scripts[lane];
    const opens = word[BAR_BEAT] === BAR;
    const bar = at.state.bar + Number(opens);
    at.state.take(word, endingOf(bar), modeOf(bar), at.features);
    at.steering?.take(word, at.state);
    at.reference.take(word, opens ? this.#returnOf(lane, bar) : NEW_BAR);
    at.resumesAt = 0;
    at.written = opens ? 1 : at.written + 1;
    at.tuneNotes = opens ? 0 : at.tuneNotes + Number(isOfTune(word));
  }

  #step(lanes: readonly number[]): void {
    const inputs = this.#inputs;
    inputs.length = 0;
    for (let i = 0; i < lanes.length; i++) {
      const { input, state } = this.#lanes[lanes[i]];
      input.memory = this.#told(lanes[i]).memory;
      input.time = state.step;
      inputs.push(input);
    }
    for (let i = 0; i < lanes.length; i++) {
      const { freeInput, told, state } = this.#lanes[lanes[i]];
      if (!told?.free) continue;
      freeInput.memory = told.free;
      freeInput.time = state.step;
      inputs.push(freeInput);
    }
    this.#decoder.step(inputs);
  }

  #told(lane: number): Told {
    const at = this.#lanes[lane];
    const beat = at.state.bar < 0 ? -1 : at.state.beat;
    if (at.told?.beat !== beat) at.told = this.#tell(lane, beat);
    return at.told;
  }

  #tell(lane: number, beat: number): Told {
    const at = this.#lanes[lane];
    const { metre, emotionOf, guidanceOf } = this.#scripts[lane];
    const place = metre.placeOf(Math.max(0, beat));
    const [here, next] = [this.#codesOf(lane, beat), this.#codesOf(lane, beat + 1)];
    const memory = this.#memories.of({ here, next, emotion: emotionOf(place.bar, place.beat) });
    const strength = (guidanceOf?.(place.bar, place.beat) ?? PLAIN).decoder;
    const steps = this.#decoder.stack.length(lane);
    // Once guided a lane stays so: the other stack would not know what it missed.
    if (steps < at.guidedFrom && strength !== PLAIN.decoder) {
      this.#decoder.stack.copy(lane, lane + this.#lanes.length, 0);
      at.guidedFrom = steps;
    }
    const free = steps >= at.guidedFrom ? this.#memories.of({ here, next, emotion: null }) : null;
    return { beat, memory, free, strength };
  }

  /** The next word of each lane, element by element: in its `word`. */
  #choose(lanes: readonly number[]): void {
    for (let i = 0; i < lanes.length; i++) this.#lanes[lanes[i]].word.fill(0);
    for (let e = 0; e < ORDER.length; e++) {
      const element = ORDER[e];
      const column = COLUMNS[e];
      const rows = this.#rows;
      rows.length = 0;
      for (let i = 0; i < lanes.length; i++) {
        const lane = lanes[i];
        const at = this.#lanes[lane];
        if (!carries(element, at.word)) continue;
        const mask = this.#masks[element][lane];
        allow(element, at, at.word, this.#scripts[lane], mask);
        if (at.resumesAt > 0 && element === 'type') only(mask, METRICAL);
        if (at.resumesAt > 0 && element === 'barBeat') only(mask, at.resumesAt);
        const first = mask.indexOf(1);
        if (mask.indexOf(1, first + 1) < 0) at.word[column] = first;
        else rows.push(lane);
      }
      if (rows.length > 0) this.#draw(element, column, rows);
    }
  }

  #draw(element: Element, column: number, lanes: readonly number[]): void {
    const logits = this.#logits(element, lanes);
    const spec = this.#sampling.elements[element];
    for (let row = 0; row < lanes.length; row++) {
      const at = this.#lanes[lanes[row]];
      const mask = this.#masks[element][lanes[row]];
      const value = sample(logits, row * SIZES[element], mask, spec, at.random);
      at.word[column] = value;
      at.likelihood += logProbabilityAt(logits, row * SIZES[element], mask, value);
    }
  }

  /** A row a lane; behind them those of what guides them. */
  #logits(element: Element, lanes: readonly number[]): Float32Array {
    const [asked, words] = [this.#asked, this.#words];
    asked.length = 0;
    words.length = 0;
    for (let i = 0; i < lanes.length; i++) {
      asked.push(lanes[i]);
      words.push(this.#lanes[lanes[i]].word);
    }
    for (let i = 0; i < lanes.length; i++) {
      if (this.#strengthOf(lanes[i]) === PLAIN.decoder) continue;
      asked.push(lanes[i] + this.#lanes.length);
      words.push(this.#lanes[lanes[i]].word);
    }
    const logits = this.#decoder.logits(element, asked, words);
    const size = SIZES[element];
    for (let i = 0, free = lanes.length; free < asked.length; i++) {
      const strength = this.#strengthOf(lanes[i]);
      if (strength !== PLAIN.decoder) guideRow(logits, i * size, free++ * size, size, strength);
    }
    return logits;
  }

  #strengthOf(lane: number): number {
    const { told } = this.#lanes[lane];
    return told?.free ? told.strength : PLAIN.decoder;
  }
}

function barWord(): Uint8Array {
  const word = new Uint8Array(WORD_WIDTH);
  word[BAR_BEAT] = BAR;
  word[TYPE] = METRICAL;
  return word;
}
