/** Where an engine gets its numbers from: tensors by name, row-major, in PyTorch's orientation ([out, in]). */
export interface Tensors {
  has(name: string): boolean;
  /** Dimensions; throws AffettoError when the tensor is missing. */
  shape(name: string): readonly number[];
  /** Values as float32, converted on each call: keep the result. Throws AffettoError when it is missing. */
  get(name: string): Float32Array;
}
