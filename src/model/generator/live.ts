import type { LiveMusic, LiveOptions, LiveTurn } from '../composing/music-model.ts';
import { AffettoError } from '../error.ts';
import { modesAlong } from '../muser/conditions.ts';
import { FeelingLine } from '../muser/feeling-line.ts';
import { type Key, STEPS_PER_BEAT } from '../music/piece.ts';
import type { WrittenBar } from '../tokens/read-bar.ts';
import { chordOfValue } from '../tokens/values.ts';
import { BAR_BEAT, bpmOfValue, FIRST_POSITION, type Words } from '../tokens/vocabulary.ts';
import { type BarMark, BarWriter } from './bar-writer.ts';
import { pause, scriptsOf } from './generate.ts';
import type { GeneratorModel } from './model.ts';
import { readBar } from './read-bar.ts';
import { PLAIN, samplingOf } from './sampling.ts';
import type { Script } from './script.ts';
import { WORD_WIDTH } from './vocabulary.ts';
import type { BegunBar } from './word-writer.ts';

/** What is known of a bar that may be asked for again. */
interface Remembered {
  /** Its start. */
  readonly mark: BarMark;
  readonly words: Words;
  /** null where nobody was told. */
  told: WrittenBar | null;
}

/**
 * Music without an end, bar by bar. Of a bar that turns within, the beats that stay are taken in again as they were. Memory is
 * constant.
 */
export class GeneratorLive implements LiveMusic {
  readonly key: Key;
  readonly #writer: BarWriter;
  readonly #script: Script;
  readonly #line: FeelingLine;
  readonly #options: LiveOptions;
  readonly #bars = new Map<number, Remembered>();
  /** One bar at a time. */
  #busy: Promise<unknown> = Promise.resolve();

  /** Throws an input error for conditions out of range. */
  constructor(model: GeneratorModel, options: LiveOptions) {
    const { seed, remembers } = options;
    const conditions = { ...options.conditions, bars: null };
    const { config } = model.weights;
    const [{ script, key }] = scriptsOf(model, conditions, [seed], options);
    const line = new FeelingLine({ emotion: conditions.emotion });
    const modeOf = modesAlong(conditions, seed, config, (bar) => line.at(bar, 0).emotion);
    const suggested = { prior: config.sampling.guidance, decoder: PLAIN.decoder };
    this.key = key;
    this.#line = line;
    this.#options = options;
    this.#script = {
      ...script,
      emotionOf: (bar, beat) => line.at(bar, beat).emotion,
      ...(modeOf ? { modeOf } : {}),
      guidanceOf: (bar, beat) => line.at(bar, beat).guidance ?? suggested,
    };
    this.#writer = new BarWriter(model, [this.#script], samplingOf(config, options), remembers);
  }

  bar(turn: LiveTurn): Promise<WrittenBar> {
    const answer = this.#busy.then(() => this.#write(turn));
    this.#busy = answer.catch(() => {});
    return answer;
  }

  async #write({ bar, fromBeat = 0, feeling }: LiveTurn): Promise<WrittenBar> {
    const writer = this.#writer;
    this.#line.turn(bar, fromBeat, feeling);
    const before = this.#bars.get(bar);
    if (bar < writer.bars(0)) {
      if (!before)
        throw new AffettoError(`Bar ${bar + 1} was written too long ago to be written anew.`, 'failure');
      const [plan, returned] = [writer.plan(0).slice(), writer.returnOf(0, bar)];
      writer.back(0, before.mark);
      const first = this.#script.metre.startOf(bar);
      if (fromBeat > 0) writer.takePlan(0, plan.slice(first, first + fromBeat), returned);
      for (const later of [...this.#bars.keys()]) if (later >= bar) this.#bars.delete(later);
    }
    while (writer.bars(0) < bar) await this.#next();
    const { tempo, chord } = writer.state(0);
    const begun =
      before && fromBeat > 0 ? { words: wordsBefore(before.words, fromBeat), beats: fromBeat } : undefined;
    const words = await this.#next(begun);
    this.#line.forget(bar - this.#options.remembers);
    const written = this.#read(words, bar, tempo, chord);
    const kept = before?.told?.notes.filter(({ step }) => step < fromBeat * STEPS_PER_BEAT) ?? [];
    // Notes that stay are as long as they were, whatever strikes their keys now.
    const notes = [...kept, ...written.notes.slice(kept.length)];
    const told = { ...written, notes };
    const remembered = this.#bars.get(bar);
    if (remembered) remembered.told = told;
    return told;
  }

  async #next(begun?: BegunBar): Promise<Words> {
    await pause(this.#options);
    const [bar, mark] = [this.#writer.bars(0), this.#writer.mark(0)];
    const [words] = this.#writer.bar([0], this.#options.onWord, begun);
    this.#bars.set(bar, { mark, words, told: null });
    this.#bars.delete(bar - this.#options.remembers);
    return words;
  }

  #read(words: Words, bar: number, tempo: number, chord: number): WrittenBar {
    const written = readBar(words, this.key, this.#script.seed, bar);
    const { bpm } = this.#options.conditions;
    const isTold = (changes: readonly { readonly beat: number }[]) => changes[0]?.beat === 0;
    const tempos =
      isTold(written.tempos) || tempo === 0
        ? written.tempos
        : [{ beat: 0, bpm: bpmOfValue(tempo) }, ...written.tempos];
    const chords =
      isTold(written.chords) || chord === 0
        ? written.chords
        : [{ beat: 0, chord: chordOfValue(chord, this.key.tonic) }, ...written.chords];
    // A tempo that was asked for is kept to the beat, not to the nearest tempo value.
    return { ...written, chords, tempos: bpm ? [{ beat: 0, bpm }] : tempos };
  }

  dispose(): void {
    void this.#busy.then(() => this.#writer.dispose());
  }
}

/** The words of a bar up to a beat. */
function wordsBefore(words: Words, beat: number): Words {
  for (let i = 0; i < words.length; i += WORD_WIDTH)
    if (words[i + BAR_BEAT] >= FIRST_POSITION + beat * STEPS_PER_BEAT) return words.slice(0, i);
  return words;
}
