/** Unlimited undo over immutable values: a past, a present, a future. Pure, so that it can be tested alone. */
export interface History<T> {
  readonly past: readonly Entry<T>[];
  readonly present: T;
  readonly future: readonly Entry<T>[];
}

interface Entry<T> {
  readonly value: T;
  /** What the step did, as the menu says it: "move notes". */
  readonly label: string;
  /** Steps in a row with the same gesture are one: a whole drag is undone at once. */
  readonly gesture: string | null;
}

export function startHistory<T>(present: T): History<T> {
  return { past: [], present, future: [] };
}

/** A new present; `gesture` merges it with the step before when that has the same one. */
export function push<T>(
  history: History<T>,
  value: T,
  label: string,
  gesture: string | null = null,
): History<T> {
  if (value === history.present) return history;
  const last = history.past[history.past.length - 1];
  const merged = gesture !== null && last?.gesture === gesture && history.future.length === 0;
  const past = merged ? history.past : [...history.past, { value: history.present, label, gesture }];
  return { past, present: value, future: [] };
}

/** Replaces the present without a step: for what undo must not take back (a finished reading, a scroll position). */
export function amend<T>(history: History<T>, value: T): History<T> {
  return { ...history, present: value };
}

export function undo<T>(history: History<T>): History<T> {
  const step = history.past[history.past.length - 1];
  if (!step) return history;
  return {
    past: history.past.slice(0, -1),
    present: step.value,
    future: [...history.future, { ...step, value: history.present }],
  };
}

export function redo<T>(history: History<T>): History<T> {
  const step = history.future[history.future.length - 1];
  if (!step) return history;
  return {
    past: [...history.past, { ...step, value: history.present, gesture: null }],
    present: step.value,
    future: history.future.slice(0, -1),
  };
}

/** Every value of it changed alike. */
export function mapHistory<T>(history: History<T>, change: (value: T) => T): History<T> {
  const changed = new Map<T, T>();
  const once = (value: T): T => {
    const known = changed.get(value) ?? change(value);
    changed.set(value, known);
    return known;
  };
  const entry = (step: Entry<T>): Entry<T> => ({ ...step, value: once(step.value) });
  return {
    past: history.past.map(entry),
    present: once(history.present),
    future: history.future.map(entry),
  };
}
