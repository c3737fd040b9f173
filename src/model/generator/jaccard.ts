/** Jaccard index of two sets: what they share of all that is in either; 0 where both are empty. */
export function jaccard(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  let both = 0;
  for (const value of a) if (b.has(value)) both++;
  const together = a.size + b.size - both;
  return together === 0 ? 0 : both / together;
}
