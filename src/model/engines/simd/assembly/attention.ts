// Linear attention of one head, all in float32. State: S (d x d, a row a key dimension), then z (d).

/** 1 / (q z + 1e-6). */
// @ts-ignore: decorator
@inline
function normalizer(q: usize, z: usize, d: i32): f32 {
  let total: f32 = 0;
  for (let i = 0; i < d; i++) total += load<f32>(q + (<usize>i << 2)) * load<f32>(z + (<usize>i << 2));
  return <f32>1.0 / (total + <f32>1e-6);
}

/** S = g S + k v^T, z = g z + k. k has been through the feature map. */
export function update(k: usize, v: usize, state: usize, d: i32, decay: f32): void {
  const bytes = <usize>d << 2;
  const g = f32x4.splat(decay);
  for (let i = 0; i < d; i++) {
    const row = state + <usize>i * bytes;
    const key = load<f32>(k + (<usize>i << 2));
    const keys = f32x4.splat(key);
    let j: usize = 0;
    for (; j + 16 <= bytes; j += 16) {
      v128.store(row + j, f32x4.add(f32x4.mul(v128.load(row + j), g), f32x4.mul(v128.load(v + j), keys)));
    }
    for (; j < bytes; j += 4) store<f32>(row + j, load<f32>(row + j) * decay + load<f32>(v + j) * key);
    const z = state + <usize>d * bytes + (<usize>i << 2);
    store<f32>(z, load<f32>(z) * decay + key);
  }
}

/** out = q S / (q z + 1e-6). q has been through the feature map. */
export function read(q: usize, state: usize, d: i32, out: usize): void {
  const bytes = <usize>d << 2;
  const scale = normalizer(q, state + <usize>d * bytes, d);
  let j: usize = 0;
  for (; j + 16 <= bytes; j += 16) {
    let total = f32x4.splat(0.0);
    for (let i = 0; i < d; i++) {
      const query = v128.load32_splat(q + (<usize>i << 2));
      total = f32x4.add(total, f32x4.mul(query, v128.load(state + <usize>i * bytes + j)));
    }
    v128.store(out + j, f32x4.mul(total, f32x4.splat(scale)));
  }
  for (; j < bytes; j += 4) {
    let total: f32 = 0;
    for (let i = 0; i < d; i++) total += load<f32>(q + (<usize>i << 2)) * load<f32>(state + <usize>i * bytes + j);
    store<f32>(out + j, total * scale);
  }
}

/** update, then read, in one walk over the state: a decoder's step. d a multiple of 16. */
function stepWide(q: usize, k: usize, v: usize, state: usize, d: i32, decay: f32, out: usize): void {
  const bytes = <usize>d << 2;
  const g = f32x4.splat(decay);
  const z = state + <usize>d * bytes;
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(z + i, f32x4.add(f32x4.mul(v128.load(z + i), g), v128.load(k + i)));
  }
  const scale = f32x4.splat(normalizer(q, z, d));
  for (let j: usize = 0; j < bytes; j += 64) {
    const v0 = v128.load(v + j), v1 = v128.load(v + j, 16), v2 = v128.load(v + j, 32), v3 = v128.load(v + j, 48);
    let o0 = f32x4.splat(0.0), o1 = o0, o2 = o0, o3 = o0;
    let row = state + j;
    for (let i: usize = 0; i < bytes; i += 4, row += bytes) {
      const key = v128.load32_splat(k + i);
      const query = v128.load32_splat(q + i);
      const s0 = f32x4.add(f32x4.mul(v128.load(row), g), f32x4.mul(v0, key));
      v128.store(row, s0);
      o0 = f32x4.add(o0, f32x4.mul(query, s0));
      const s1 = f32x4.add(f32x4.mul(v128.load(row, 16), g), f32x4.mul(v1, key));
      v128.store(row, s1, 16);
      o1 = f32x4.add(o1, f32x4.mul(query, s1));
      const s2 = f32x4.add(f32x4.mul(v128.load(row, 32), g), f32x4.mul(v2, key));
      v128.store(row, s2, 32);
      o2 = f32x4.add(o2, f32x4.mul(query, s2));
      const s3 = f32x4.add(f32x4.mul(v128.load(row, 48), g), f32x4.mul(v3, key));
      v128.store(row, s3, 48);
      o3 = f32x4.add(o3, f32x4.mul(query, s3));
    }
    v128.store(out + j, f32x4.mul(o0, scale));
    v128.store(out + j, f32x4.mul(o1, scale), 16);
    v128.store(out + j, f32x4.mul(o2, scale), 32);
    v128.store(out + j, f32x4.mul(o3, scale), 48);
  }
}

/** One head's step: the state takes in (k, v) and answers q. */
export function step(q: usize, k: usize, v: usize, state: usize, d: i32, decay: f32, out: usize): void {
  if ((d & 15) == 0) {
    stepWide(q, k, v, state, d, decay, out);
    return;
  }
  update(k, v, state, d, decay);
  read(q, state, d, out);
}
