/** A seed nobody asked for: short enough to be read out and typed in. */
export function newSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] % 100_000;
}
