import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Tensors } from '../../weights/tensors.ts';
import type { Dense, Engine, StackSpec } from '../engine.ts';
import { requireLength } from '../shared.ts';
import { applyLayer, gather, layerNorm, linear, recall } from './arithmetic.ts';
import { disposeDeep, TfStack } from './stack.ts';
import { loadLayer, loadLinear, loadNorm, type TfApi } from './weights.ts';

/**
 * The engine on tfjs operations, whatever the backend: the one every faster engine is checked against, and the way to CUDA.
 * @param tf tfjs-core with its backend set and ready
 * @param name 'tfjs-wasm', 'tfjs-cuda', …
 */
export function createTfjsEngine(tensors: Tensors, tf: TfApi, name: string): Engine {
  return {
    name,
    stack: (stack, spec, batch) => new TfStack(tf, tensors, stack, spec, batch),
    dense: (map) => tfDense(tf, tensors, map),
    encode: (stack, spec, x, length) => encode(tf, tensors, stack, spec, x, length),
    dispose: () => {},
  };
}

function tfDense(tf: TfApi, tensors: Tensors, name: string): Dense {
  const map = loadLinear(tf, tensors, name);
  const [inputs, outputs] = map.weight.shape;
  return {
    inputs,
    outputs,
    apply(x, rows) {
      requireLength(x, rows * inputs, name);
      const y = tf.tidy(() => linear(tf, map, tf.tensor2d(x.subarray(0, rows * inputs), [rows, inputs])));
      const values = y.dataSync() as Float32Array;
      y.dispose();
      return values;
    },
    dispose: () => disposeDeep(map),
  };
}

function encode(
  tf: TfApi,
  tensors: Tensors,
  name: string,
  spec: StackSpec,
  x: Float32Array,
  length: number,
): Float32Array {
  const { width, heads } = spec;
  const out = tf.tidy(() => {
    let rows = tf.tensor2d(x.subarray(0, length * width), [length, width]);
    for (let i = 0; i < spec.layers; i++) {
      const layer = loadLayer(tf, tensors, `${name}.layers.${i}`, false);
      const attend = (r: Tensor2D): Tensor2D => {
        const qkv = linear(tf, layer.qkv, r);
        const part = (n: number) => tf.slice(qkv, [0, n * width], [length, width]);
        const state = gather(tf, spec, part(1), part(2));
        const query = tf.transpose(tf.reshape(part(0), [length, heads, width / heads]), [1, 0, 2]);
        const read = tf.transpose(recall(tf, state, query), [1, 0, 2]);
        return linear(tf, layer.out, tf.reshape(read, [length, width]));
      };
      rows = applyLayer(tf, spec, layer, rows, attend, null);
    }
    return layerNorm(tf, loadNorm(tf, tensors, `${name}.norm`), rows);
  });
  const values = out.dataSync() as Float32Array;
  out.dispose();
  return values;
}
