import { AffettoError } from './error.ts';

/** Checks an unknown value and returns it typed; throws an input error that names the place and what is wrong. */
export interface Schema<T> {
  check(value: unknown, at: string): T;
}
export type Infer<S> = S extends Schema<infer T> ? T : never;
type Shape = Record<string, Schema<unknown>>;
type OptionalKeys<S extends Shape> = {
  [K in keyof S]: undefined extends Infer<S[K]> ? K : never;
}[keyof S];
type ObjectOf<S extends Shape> = { [K in Exclude<keyof S, OptionalKeys<S>>]: Infer<S[K]> } & {
  [K in OptionalKeys<S>]?: Infer<S[K]>;
};

function refuse(at: string, expected: string, value: unknown): never {
  throw new AffettoError(`${at} must be ${expected}, got ${show(value)}`);
}

/** A short, safe picture of a refused value: never a whole document in an error message. */
function show(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value !== null && typeof value === 'object') return 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** A finite number within [low, high]. */
export function number(low: number, high: number): Schema<number> {
  return {
    check(value, at) {
      if (typeof value === 'number' && value >= low && value <= high) return value;
      return refuse(at, `a number from ${low} to ${high}`, value);
    },
  };
}

/** A whole number within [low, high]. */
export function integer(low: number, high: number): Schema<number> {
  return {
    check(value, at) {
      if (Number.isInteger(value) && (value as number) >= low && (value as number) <= high)
        return value as number;
      return refuse(at, `a whole number from ${low} to ${high}`, value);
    },
  };
}

/** Text of at most `longest` characters; `pattern` narrows it further. */
export function text(longest: number, pattern?: RegExp): Schema<string> {
  return {
    check(value, at) {
      if (typeof value !== 'string') return refuse(at, 'text', value);
      if (value.length > longest) return refuse(at, `at most ${longest} characters`, value);
      if (pattern && !pattern.test(value)) return refuse(at, `of the form ${pattern.source}`, value);
      return value;
    },
  };
}

export const boolean: Schema<boolean> = {
  check: (value, at) => (typeof value === 'boolean' ? value : refuse(at, 'true or false', value)),
};

/** Left to a later check; only its plainness as JSON is given by the transport. */
export const anything: Schema<unknown> = { check: (value) => value };

export function oneOf<const T extends readonly (string | number)[]>(values: T): Schema<T[number]> {
  return {
    check: (value, at) =>
      values.includes(value as T[number])
        ? (value as T[number])
        : refuse(at, `one of ${values.join(', ')}`, value),
  };
}

export function optional<T>(schema: Schema<T>): Schema<T | undefined> {
  return { check: (value, at) => (value === undefined ? undefined : schema.check(value, at)) };
}

export function nullable<T>(schema: Schema<T>): Schema<T | null> {
  return { check: (value, at) => (value === null ? null : schema.check(value, at)) };
}

export function list<T>(schema: Schema<T>, longest: number): Schema<T[]> {
  return {
    check(value, at) {
      if (!Array.isArray(value)) return refuse(at, 'a list', value);
      if (value.length > longest) return refuse(at, `a list of at most ${longest}`, value);
      return value.map((item, index) => schema.check(item, `${at}[${index}]`));
    },
  };
}

/** An object with exactly these members; others are refused, so that a misspelling is never silently lost. */
export function object<S extends Shape>(shape: S): Schema<ObjectOf<S>> {
  const names = Object.keys(shape);
  return {
    check(value, at) {
      if (value === null || typeof value !== 'object' || Array.isArray(value))
        return refuse(at, 'an object', value);
      const given = value as Record<string, unknown>;
      for (const name of Object.keys(given)) {
        if (!Object.hasOwn(shape, name)) throw new AffettoError(`${at} has an unknown member '${name}'`);
      }
      const result: Record<string, unknown> = {};
      for (const name of names) {
        const member = shape[name].check(
          Object.hasOwn(given, name) ? given[name] : undefined,
          `${at}.${name}`,
        );
        if (member !== undefined) result[name] = member;
      }
      return result as ObjectOf<S>;
    },
  };
}

/** A map from any of `keys` to values; missing keys are allowed. */
export function partialRecord<const K extends readonly string[], T>(
  keys: K,
  schema: Schema<T>,
): Schema<Partial<Record<K[number], T>>> {
  const shape = Object.fromEntries(keys.map((key) => [key, optional(schema)]));
  return object(shape) as unknown as Schema<Partial<Record<K[number], T>>>;
}

/** What holds between members; `says` completes "… must ". */
export function where<T>(schema: Schema<T>, holds: (value: T) => boolean, says: string): Schema<T> {
  return {
    check(value, at) {
      const checked = schema.check(value, at);
      if (!holds(checked)) throw new AffettoError(`${at} must ${says}`);
      return checked;
    },
  };
}

/** A list no two items of which have the same id. */
export function uniqueList<T extends { id: string }>(schema: Schema<T>, longest: number): Schema<T[]> {
  return where(
    list(schema, longest),
    (items) => new Set(items.map(({ id }) => id)).size === items.length,
    'hold each id once',
  );
}
