import { AffettoError } from '../error.ts';
import { ELEMENTS, type Element } from '../tokens/vocabulary.ts';

/** A place in the config's JSON that knows its own path, so that every complaint can name it. */
export class Field {
  readonly value: unknown;
  readonly path: string;
  private readonly file: string;

  constructor(value: unknown, path: string, file: string) {
    this.value = value;
    this.path = path;
    this.file = file;
  }

  /** All of a file's JSON. Throws an input error when it is none. */
  static ofFile(bytes: Uint8Array, file: string): Field {
    try {
      return new Field(JSON.parse(new TextDecoder().decode(bytes)), '', file);
    } catch {
      throw new AffettoError(`${file}: it is not JSON; fetch the model again`);
    }
  }

  fail(expected: string): never {
    const got = this.value === undefined ? 'missing' : JSON.stringify(this.value)?.slice(0, 60);
    throw new AffettoError(
      `${this.file}: '${this.path}' must be ${expected}, it is ${got}; use the config that came with the weights`,
    );
  }

  get(key: string): Field {
    if (typeof this.value !== 'object' || this.value === null) this.fail('an object');
    const path = this.path ? `${this.path}.${key}` : key;
    return new Field((this.value as Record<string, unknown>)[key], path, this.file);
  }

  get present(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  count(least = 1, most = 1e6): number {
    if (!Number.isSafeInteger(this.value) || (this.value as number) < least || (this.value as number) > most)
      this.fail(`a whole number from ${least} to ${most}`);
    return this.value as number;
  }

  number(): number {
    if (typeof this.value !== 'number' || !Number.isFinite(this.value)) this.fail('a number');
    return this.value;
  }

  text(): string {
    if (typeof this.value !== 'string' || this.value === '') this.fail('a name');
    return this.value;
  }

  oneOf<T extends string>(...options: T[]): T {
    if (!options.includes(this.value as T)) this.fail(options.map((o) => `'${o}'`).join(' or '));
    return this.value as T;
  }

  list(): Field[] {
    if (!Array.isArray(this.value)) this.fail('a list');
    return this.value.map((value, i) => new Field(value, `${this.path}[${i}]`, this.file));
  }

  entries(): [string, Field][] {
    if (typeof this.value !== 'object' || this.value === null || Array.isArray(this.value))
      this.fail('an object');
    return Object.keys(this.value).map((key) => [key, this.get(key)]);
  }

  element(): Element {
    return this.oneOf(...ELEMENTS);
  }
}
