import { Random } from '../muser/random.ts';
import { sample } from '../muser/sampling.ts';
import { BAR, BAR_BEAT, TYPE, type Words } from '../tokens/vocabulary.ts';
import { BeatMemories, type BeatMemory } from './beat-memory.ts';
import type { BeatCodes } from './codes.ts';
import type { GeneratorSampling } from './config.ts';
import { Decoder } from './decoder.ts';
import { Encoder } from './encoder.ts';
import { ROOM } from './engine.ts';
import { allow, carries } from './grammar.ts';
import type { GeneratorModel } from './model.ts';
import { PlayedBeats } from './played-beats.ts';
import type { Script } from './script.ts';
import { startFeatures, WordState } from './state.ts';
import { ELEMENTS, type Element, METRICAL, ORDER, SIZES, WORD_WIDTH } from './vocabulary.ts';

/** Codes of a lane's beat; null before the first and after the last. */
export type CodesOf = (lane: number, beat: number) => BeatCodes | null;

interface Lane {
  readonly random: Random;
  readonly state: WordState;
  readonly played: PlayedBeats;
  /** What is known after the last word. */
  readonly features: Uint8Array;
  /** The Bar word that ended the last bar has been chosen, and opens the next. */
  isOpened: boolean;
  /** What the steps of a beat are told, kept for that beat. */
  told: { readonly beat: number; readonly memory: BeatMemory } | null;
}

/** Where a lane was, between bars. */
export interface WordMark {
  readonly steps: number;
  readonly random: Random;
  readonly state: Int32Array;
  readonly beats: number;
  readonly features: Uint8Array;
  readonly isOpened: boolean;
}

/** Writes words bar by bar, a lane a script; all lanes step together. */
export class WordWriter {
  readonly #scripts: readonly Script[];
  readonly #sampling: GeneratorSampling;
  readonly #codesOf: CodesOf;
  readonly #decoder: Decoder;
  readonly #memories: BeatMemories;
  readonly #lanes: readonly Lane[];
  readonly #masks: Readonly<Record<Element, Uint8Array[]>>;

  constructor(
    { weights, engine }: GeneratorModel,
    scripts: readonly Script[],
    sampling: GeneratorSampling,
    codesOf: CodesOf,
  ) {
    this.#scripts = scripts;
    this.#sampling = sampling;
    this.#codesOf = codesOf;
    this.#decoder = new Decoder(weights, engine, scripts.length);
    this.#memories = new BeatMemories(weights);
    const encoder = new Encoder(weights);
    const remembers = ROOM + Math.max(0, ...weights.config.decoder.lags);
    this.#lanes = scripts.map(({ seed, endingOf, modeOf }) => ({
      random: new Random(seed, 'words'),
      state: new WordState(),
      played: new PlayedBeats(encoder, remembers),
      features: startFeatures(endingOf(0), modeOf(0)),
      isOpened: false,
      told: null,
    }));
    this.#masks = Object.fromEntries(
      ELEMENTS.map((e) => [e, scripts.map(() => new Uint8Array(SIZES[e]))]),
    ) as Record<Element, Uint8Array[]>;
  }

  /** Writes the next bar of some lanes; a bar begins with its Bar word. */
  bar(lanes: readonly number[], onWord?: (lane: number, word: Uint8Array) => void): Words[] {
    const bars: number[][] = lanes.map(() => []);
    const take = (lane: number, word: Uint8Array): void => {
      this.#take(lane, word);
      bars[lanes.indexOf(lane)].push(...word);
      onWord?.(lane, word);
    };
    // A bar that the last one did not open yet begins with its Bar word all the same.
    const closed = lanes.filter((lane) => !this.#lanes[lane].isOpened);
    if (closed.length > 0) this.#step(closed);
    for (const lane of lanes) take(lane, barWord());
    let open = [...lanes];
    while (open.length > 0) {
      this.#step(open);
      const words = this.#choose(open);
      open = open.filter((lane, row) => {
        const word = words[row];
        const ends = word[BAR_BEAT] === BAR;
        this.#lanes[lane].isOpened = ends;
        if (!ends) take(lane, word);
        return !ends;
      });
    }
    return bars.map((bar) => Uint8Array.from(bar));
  }

  /** Takes given words into a lane as if they had been written; whole bars, before any is written. */
  take(lane: number, words: Words): void {
    for (let i = 0; i < words.length; i += WORD_WIDTH) {
      this.#step([lane]);
      this.#take(lane, words.subarray(i, i + WORD_WIDTH));
    }
  }

  mark(lane: number): WordMark {
    const { random, state, features, isOpened, played } = this.#lanes[lane];
    played.complete();
    return {
      steps: this.#decoder.stack.length(lane),
      random: random.clone(),
      state: state.save(),
      beats: state.beats,
      features: features.slice(),
      isOpened,
    };
  }

  /** Takes a lane back to where it was between bars. */
  back(lane: number, mark: WordMark): void {
    this.#decoder.stack.back(lane, mark.steps);
    const at = this.#lanes[lane];
    at.random.goOnFrom(mark.random);
    at.state.restore(mark.state);
    at.played.back(mark.beats);
    at.features.set(mark.features);
    at.isOpened = mark.isOpened;
    at.told = null;
  }

  dispose(): void {
    this.#decoder.dispose();
  }

  #take(lane: number, word: Uint8Array): void {
    const { state, features, played } = this.#lanes[lane];
    const { endingOf, modeOf } = this.#scripts[lane];
    const bar = state.bar + Number(word[BAR_BEAT] === BAR);
    state.take(word, endingOf(bar), modeOf(bar), features);
    played.take(word, state);
  }

  #step(lanes: readonly number[]): void {
    this.#decoder.step(
      lanes.map((lane) => {
        const { features, state } = this.#lanes[lane];
        return { lane, features, time: state.step, memory: this.#told(lane) };
      }),
    );
  }

  #told(lane: number): BeatMemory {
    const at = this.#lanes[lane];
    const beat = at.state.bar < 0 ? -1 : at.state.beat;
    if (at.told?.beat !== beat) {
      const emotion = this.#scripts[lane].emotionOf(Math.max(0, at.state.bar));
      const [here, next] = [this.#codesOf(lane, beat), this.#codesOf(lane, beat + 1)];
      const played = (earlier: number) => at.played.at(earlier);
      at.told = { beat, memory: this.#memories.of({ beat, here, next, emotion, played }) };
    }
    return at.told.memory;
  }

  /** The next word of each lane, element by element. */
  #choose(lanes: readonly number[]): Uint8Array[] {
    const words = lanes.map(() => new Uint8Array(WORD_WIDTH));
    for (const element of ORDER) {
      const column = ELEMENTS.indexOf(element);
      const rows: number[] = [];
      for (const [row, lane] of lanes.entries()) {
        if (!carries(element, words[row])) continue;
        const mask = this.#masks[element][lane];
        allow(element, this.#lanes[lane].state, words[row], this.#scripts[lane], mask);
        const first = mask.indexOf(1);
        if (mask.indexOf(1, first + 1) < 0) words[row][column] = first;
        else rows.push(row);
      }
      if (rows.length === 0) continue;
      const logits = this.#decoder.logits(
        element,
        rows.map((row) => lanes[row]),
        rows.map((row) => words[row]),
      );
      for (const [i, row] of rows.entries()) {
        const lane = lanes[row];
        const [mask, spec] = [this.#masks[element][lane], this.#sampling.elements[element]];
        words[row][column] = sample(logits, i * SIZES[element], mask, spec, this.#lanes[lane].random);
      }
    }
    return words;
  }
}

function barWord(): Uint8Array {
  const word = new Uint8Array(WORD_WIDTH);
  word[BAR_BEAT] = BAR;
  word[TYPE] = METRICAL;
  return word;
}
