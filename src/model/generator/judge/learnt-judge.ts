import type { BarJudge } from '../../composing/bar-judge.ts';
import type { Emotion } from '../../muser/emotion-embedding.ts';
import type { Words } from '../../tokens/vocabulary.ts';
import { Field } from '../../weights/field.ts';
import { TensorMap } from '../../weights/tensor-map.ts';
import { AT_START, type RowState, rowsOfBar } from './bar-rows.ts';
import { JudgeMember, type MemberState } from './judge-member.ts';

/** Files of a model's folder that hold its judge, where it has one. */
export const JUDGE_FILES = ['judge.json', 'judge.safetensors'] as const;
const FORMAT = 2;

/** What is known after a bar. */
interface Heard {
  readonly rows: RowState;
  readonly members: readonly MemberState[];
  /** Log odds that a player wrote the bar, and how it feels: the mean of the members. */
  readonly said: number;
  readonly felt: Emotion;
}

/**
 * A small judge of realness that has learnt to tell what this model writes from what players play (training/chooser). What it said
 * of a bar it never says otherwise when more is written, so that each bar is heard once.
 */
export class LearntJudge implements BarJudge {
  readonly #members: readonly JudgeMember[];
  readonly #start: Heard;
  /** Log odds that a distance of 1 from the emotion asked for is worth. */
  readonly #emotionWeight: number;
  /** After each bar that was heard: a bar that several have in common is one and the same array. */
  readonly #heard = new WeakMap<Words, Heard>();

  /** Throws an input error that names what is wrong with the files. */
  constructor(config: Uint8Array, weights: Uint8Array, folder: string) {
    const root = Field.ofFile(config, `${folder}/judge.json`);
    if (root.get('format').value !== FORMAT) root.get('format').fail(`${FORMAT}, the format of this version`);
    const tensors = new TensorMap(weights, `${folder}/judge.safetensors`);
    this.#members = Array.from(
      { length: root.get('members').count(1, 16) },
      (_, i) => new JudgeMember(tensors, `${i}`),
    );
    this.#emotionWeight = root.get('emotionWeight').number();
    this.#start = {
      rows: AT_START,
      members: this.#members.map(({ start }) => start),
      said: 0,
      felt: { valence: 0, arousal: 0 },
    };
  }

  scores(
    candidates: readonly (readonly Words[])[],
    first: number,
    last: number,
    asked: (candidate: number, bar: number) => Emotion | null = () => null,
  ): number[] {
    return candidates.map((bars, candidate) => {
      let [state, sum] = [this.#start, 0];
      for (let bar = 0; bar < last; bar++) {
        state = this.#hear(bars[bar], state);
        if (bar >= first) sum += state.said - this.#emotionWeight * apart(state.felt, asked(candidate, bar));
      }
      return sum / (last - first);
    });
  }

  /** How a bar feels after those before it, as the judge hears it. */
  feelingOf(bars: readonly Words[]): Emotion {
    return bars.reduce((state, bar) => this.#hear(bar, state), this.#start).felt;
  }

  #hear(bar: Words, before: Heard): Heard {
    const known = this.#heard.get(bar);
    if (known) return known;
    const { rows, likeness, after } = rowsOfBar(bar, before.rows);
    const answers = this.#members.map((member, i) => member.hear(rows, likeness, before.members[i]));
    const heard: Heard = {
      rows: after,
      members: answers.map((answer) => answer.after),
      said: mean(answers.map(({ said }) => said)),
      felt: {
        valence: mean(answers.map(({ felt }) => felt[0])),
        arousal: mean(answers.map(({ felt }) => felt[1])),
      },
    };
    this.#heard.set(bar, heard);
    return heard;
  }
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Squared distance; 0 where nothing is asked. */
const apart = (felt: Emotion, asked: Emotion | null): number =>
  asked ? (felt.valence - asked.valence) ** 2 + (felt.arousal - asked.arousal) ** 2 : 0;
