import { portableCos, portableExp, portableSin } from '../engines/portable-math.ts';
import type { FeatureSpec } from '../weights/config.ts';
import type { Tensors } from '../weights/tensors.ts';
import { Table } from './table.ts';

/**
 * Sum of one row of each of several tables and a bias: the folded form of "embed every feature, concatenate, project".
 * Tensors: `<name>.<feature>` [size, width], `<name>.bias` [width].
 */
export class EmbeddingSum {
  readonly width: number;
  private readonly bias: Float32Array;
  private readonly tables: readonly Table[];

  constructor(tensors: Tensors, name: string, features: readonly FeatureSpec[]) {
    this.bias = tensors.get(`${name}.bias`);
    this.width = this.bias.length;
    this.tables = features.map(([feature]) => Table.of(tensors, `${name}.${feature}`));
  }

  /** Writes the sum into `out` from `offset`; `indices` in the order of the features. */
  write(indices: ArrayLike<number>, out: Float32Array, offset: number): void {
    out.set(this.bias, offset);
    for (let i = 0; i < this.tables.length; i++) this.tables[i].add(indices[i], out, offset);
  }
}

const LOG_10000 = 9.210340371976184;

/** Sinusoidal position (Vaswani et al. 2017): sines in even columns, cosines in odd ones; added to `out`. */
export function addPosition(position: number, width: number, out: Float32Array, offset: number): void {
  for (let i = 0; i < width; i += 2) {
    const angle = position * portableExp((-i * LOG_10000) / width);
    out[offset + i] += portableSin(angle);
    if (i + 1 < width) out[offset + i + 1] += portableCos(angle);
  }
}
