import type { LiveMusic as Live, LiveOptions, LiveTurn } from '../composing/music-model.ts';
import { AffettoError } from '../error.ts';
import type { Key } from '../music/piece.ts';
import { readBar, type WrittenBar } from '../tokens/read-bar.ts';
import { chordOfValue } from '../tokens/values.ts';
import { bpmOfValue, type Words } from '../tokens/vocabulary.ts';
import { checkConditions, chooseKey, modesAlong, planTake } from './conditions.ts';
import { FeelingLine } from './feeling-line.ts';
import type { Muser } from './muser.ts';
import type { Session } from './session.ts';
import { withCodeMasks } from './steering-codes.ts';

/**
 * Music without an end, bar by bar, that turns with the feeling: a bar not long written may be asked for again, and what
 * followed it is forgotten. The same turns give the same music. Memory is constant.
 */
export class LiveMusic implements Live {
  readonly key: Key;
  readonly #session: Session;
  readonly #line: FeelingLine;
  readonly #options: LiveOptions;
  /** One bar at a time. */
  #busy: Promise<unknown> = Promise.resolve();

  private constructor(session: Session, line: FeelingLine, key: Key, options: LiveOptions) {
    this.#session = session;
    this.#line = line;
    this.key = key;
    this.#options = options;
  }

  /** Throws an input error for conditions out of range. */
  static async open(muser: Muser, options: LiveOptions): Promise<LiveMusic> {
    const { seed, remembers, breathe, ...sampling } = options;
    const conditions = { ...options.conditions, bars: null };
    checkConditions(conditions);
    const key = chooseKey(conditions, seed, muser.config);
    const line = new FeelingLine({ emotion: conditions.emotion });
    const suggested = {
      prior: muser.config.sampling.priorGuidance,
      decoder: muser.config.sampling.decoderGuidance,
    };
    const plan = {
      ...planTake(conditions, seed, key, muser.config),
      emotionOf: (bar: number, beat = 0) => line.at(bar, beat).emotion,
      modeOf: modesAlong(conditions, seed, muser.config, (bar) => line.at(bar, 0).emotion),
      moves: true,
      // Models of labels can't be guided.
      ...(muser.config.codeRate === 'beat' && {
        guidanceOf: (bar: number, beat: number) => line.at(bar, beat).guidance ?? suggested,
      }),
    };
    const steered = await withCodeMasks(muser.weights, muser.engine, plan);
    return new LiveMusic(muser.open([steered], { ...sampling, remembers, breathe }), line, key, options);
  }

  /** Bars written so far. */
  get length(): number {
    return this.#session.bar;
  }

  /** Fails for a bar that lies further back than is remembered. Each bar tells its tempo and chord at its start. */
  bar(turn: LiveTurn): Promise<WrittenBar> {
    const answer = this.#busy.then(() => this.#write(turn));
    this.#busy = answer.catch(() => {});
    return answer;
  }

  async #write({ bar, fromBeat = 0, feeling }: LiveTurn): Promise<WrittenBar> {
    const session = this.#session;
    const moved = this.#line.turn(bar, fromBeat, feeling);
    const again = bar < session.bar;
    if (!session.back(Math.min(bar, session.bar)))
      throw new AffettoError(`Bar ${bar + 1} was written too long ago to be written anew.`, 'failure');
    if (moved || again) session.changed(0);
    while (session.bar < bar) await session.nextBar();
    const { grammar } = session.lanes[0];
    const { tempo, chord } = grammar;
    const [words] = await session.nextBar();
    this.#line.forget(bar - this.#options.remembers);
    return this.#read(words!, tempo, chord);
  }

  #read(words: Words, tempo: number, chord: number): WrittenBar {
    const bar = readBar(words, this.key);
    const { bpm } = this.#options.conditions;
    const told = <T extends { readonly beat: number }>(changes: readonly T[]) => changes[0]?.beat === 0;
    const tempos =
      told(bar.tempos) || tempo === 0 ? bar.tempos : [{ beat: 0, bpm: bpmOfValue(tempo) }, ...bar.tempos];
    const chords =
      told(bar.chords) || chord === 0
        ? bar.chords
        : [{ beat: 0, chord: chordOfValue(chord, this.key.tonic) }, ...bar.chords];
    // A tempo that was asked for is kept to the beat, not to the nearest tempo value.
    return { ...bar, chords, tempos: bpm ? [{ beat: 0, bpm }] : tempos };
  }

  dispose(): void {
    void this.#busy.then(() => this.#session.dispose());
  }
}
