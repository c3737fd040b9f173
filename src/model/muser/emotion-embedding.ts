import { affine, geluInPlace, type Linear, readLinear } from '../engines/shared.ts';
import type { ModelConfig } from '../weights/config.ts';
import type { Tensors } from '../weights/tensors.ts';
import { Table } from './table.ts';

/** A place on Russell's plane, each -1..1. */
export interface Emotion {
  readonly valence: number;
  readonly arousal: number;
}

/** Turns an emotion, or none, into the vector that a network's input gets. */
export interface EmotionEmbedding {
  vector(emotion: Emotion | null): Float32Array;
}

/**
 * @param name where a continuous emotion's maps are; @param table where a quadrant model's table is
 */
export function createEmotionEmbedding(
  tensors: Tensors,
  config: Pick<ModelConfig, 'emotion'>,
  name: string,
  table: string,
): EmotionEmbedding {
  return config.emotion === 'continuous'
    ? new ContinuousEmotion(tensors, name)
    : new QuadrantEmotion(Table.of(tensors, table));
}

/** (v, a, v a) through one hidden layer; a learnt vector for "none". */
class ContinuousEmotion implements EmotionEmbedding {
  private readonly inner: Linear;
  private readonly outer: Linear;
  private readonly none: Float32Array;
  private last: Emotion | null = null;
  private made: Float32Array = new Float32Array(0);

  constructor(tensors: Tensors, name: string) {
    this.inner = readLinear(tensors, `${name}.in`);
    this.outer = readLinear(tensors, `${name}.out`);
    this.none = tensors.get(`${name}.none`);
  }

  vector(emotion: Emotion | null): Float32Array {
    if (!emotion) return this.none;
    // An emotion is asked for at every step and changes at bar lines only.
    if (this.last?.valence !== emotion.valence || this.last.arousal !== emotion.arousal) {
      const { valence, arousal } = emotion;
      const inner = affine(this.inner, Float32Array.of(valence, arousal, valence * arousal));
      this.made = affine(this.outer, geluInPlace(inner));
      this.last = { valence, arousal };
    }
    return this.made;
  }
}

/** Shares of the quadrants Q1..Q4 in a point: bilinear, all of one quadrant in its corner. */
function quadrantShares({ valence, arousal }: Emotion): readonly [number, number, number, number] {
  const right = (1 + valence) / 2;
  const up = (1 + arousal) / 2;
  return [right * up, (1 - right) * up, (1 - right) * (1 - up), right * (1 - up)];
}

/** A model that knows four labels gets the mixture of their rows; row 0 is "none". */
class QuadrantEmotion implements EmotionEmbedding {
  private readonly table: Table;

  constructor(table: Table) {
    this.table = table;
  }

  vector(emotion: Emotion | null): Float32Array {
    if (!emotion) return this.table.row(0);
    const mixed = new Float32Array(this.table.width);
    quadrantShares(emotion).forEach((share, i) => {
      this.table.addScaled(i + 1, share, mixed, 0);
    });
    return mixed;
  }
}
