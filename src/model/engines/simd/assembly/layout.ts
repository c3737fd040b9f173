// Records in memory, written by TypeScript (../records.ts): every field a 32-bit word, at these byte offsets.

/** A dense matrix: int8 rows in blocks of eight, a scale and a bias a row. */
export const DENSE_INPUTS: usize = 0;
/** Inputs rounded up to 16; the rest of a row is zeros. */
export const DENSE_PADDED: usize = 4;
export const DENSE_OUTPUTS: usize = 8;
/** Outputs rounded up to 8. */
export const DENSE_ROWS: usize = 12;
export const DENSE_WEIGHTS: usize = 16;
export const DENSE_SCALES: usize = 20;
export const DENSE_BIAS: usize = 24;
/** f32: largest size of a quantized activation that can't overflow an int32 lane. */
export const DENSE_LIMIT: usize = 28;

/** One layer: addresses of norm weights and biases, then of dense records. */
export const LAYER_NORM1: usize = 0;
export const LAYER_NORM2: usize = 8;
export const LAYER_NORM3: usize = 16;
export const LAYER_QKV: usize = 24;
export const LAYER_OUT: usize = 28;
export const LAYER_UP: usize = 32;
export const LAYER_DOWN: usize = 36;
export const LAYER_CROSS_Q: usize = 40;
export const LAYER_CROSS_KV: usize = 44;
export const LAYER_CROSS_OUT: usize = 48;
export const LAYER_BYTES: usize = 64;

/** A stack of layers. */
export const STACK_LAYERS: usize = 0;
export const STACK_HEADS: usize = 4;
export const STACK_WIDTH: usize = 8;
export const STACK_FFN: usize = 12;
/** 1: norm before each sublayer. 0: after. */
export const STACK_PRE: usize = 16;
export const STACK_CROSS: usize = 20;
/** f32 a head. */
export const STACK_DECAY: usize = 24;
export const STACK_NORM: usize = 28;
/** The first layer; others follow. */
export const STACK_FIRST: usize = 36;
/** Bytes of one layer's attention state, heads * (d d + d) floats; cross memories, as large, follow all layers' states. */
export const STACK_STATE: usize = 40;

/** Room to work in, shared by all stacks of an engine. */
export const SCRATCH_X: usize = 0;
export const SCRATCH_H: usize = 4;
export const SCRATCH_WIDE: usize = 8;
/** int16 activations, and one scale a row. */
export const SCRATCH_QUANT: usize = 12;
export const SCRATCH_SCALES: usize = 16;

/** Rows that one pass over the weights serves; scratch is made for so many. */
export const TILE: i32 = 64;
