/** What a spread does for short lists, for lists of any length: a call takes some hundred thousand arguments at most. */

/** The largest of the values and `least`; -Infinity where there are none. */
export function largest(values: Iterable<number>, least = Number.NEGATIVE_INFINITY): number {
  let found = least;
  for (const value of values) if (value > found || Number.isNaN(value)) found = value;
  return found;
}

/** The smallest of the values and `most`; Infinity where there are none. */
export function smallest(values: Iterable<number>, most = Number.POSITIVE_INFINITY): number {
  let found = most;
  for (const value of values) if (value < found || Number.isNaN(value)) found = value;
  return found;
}

/** Adds all items to the end of a list. */
export function append<T>(list: T[], items: Iterable<T>): void {
  for (const item of items) list.push(item);
}
