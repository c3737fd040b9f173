/** `npm run attack` asks for everything; the ordinary tests run the short form. */
const isWhole = process.env.AFFETTO_ATTACK === 'whole';
/** Printed with every attack, so that what it found can be found again. */
const seed = Number(process.env.AFFETTO_ATTACK_SEED ?? (isWhole ? Date.now() % 2 ** 32 : 1));

/** How often, and how long that may take. */
export const times = (short: number, whole: number): number => (isWhole ? whole : short);
export const PATIENCE = { timeout: isWhole ? 3 * 3600_000 : 120_000 };

/** Says what came of an attack. */
export function tell(name: string, figures: Record<string, number | string>): void {
  console.log(`attack: ${name}, seed ${seed}: ${JSON.stringify(figures)}`);
}

/** Numbers in [0, 1), the same for the same attack and seed. */
export class Dice {
  #state: number;

  constructor(attack: string) {
    this.#state = [...attack].reduce(
      (hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 16777619),
      seed,
    );
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }
}

const STRANGE: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  -0.5,
  1e308,
  -1e308,
  2 ** 53,
  0.1 + 0.2,
  '',
  '0',
  'x'.repeat(5000),
  '../../../etc/passwd',
  'C:\\Windows\\system32',
  '\u0000',
  '\u202egpj.exe',
  '\ud800',
  '__proto__',
  'constructor',
  {},
  [],
  [[[[[[[[[]]]]]]]]],
  { __proto__: null, toString: 1 },
  Array.from({ length: 300 }, () => ({})),
];

/** A copy of plain JSON with one to three places changed: another value, gone, doubled, or a member that nobody knows. */
export function mutated(value: unknown, dice: Dice): unknown {
  let copy = structuredClone(value);
  for (let changes = 1 + dice.below(3); changes > 0; changes--) copy = changed(copy, dice);
  return copy;
}

function changed(value: unknown, dice: Dice): unknown {
  if (value === null || typeof value !== 'object' || dice.below(6) === 0) return dice.of(STRANGE);
  if (Array.isArray(value)) {
    const at = dice.below(value.length + 1);
    const kind = dice.below(4);
    if (kind === 0) return value.toSpliced(at, 1);
    if (kind === 1) return value.toSpliced(at, 0, value[dice.below(value.length)] ?? dice.of(STRANGE));
    return value.length === 0
      ? [dice.of(STRANGE)]
      : value.with(at % value.length, changed(value[at % value.length], dice));
  }
  const record = { ...(value as Record<string, unknown>) };
  const name = dice.of([...Object.keys(record), 'more']);
  const kind = dice.below(5);
  if (kind === 0) delete record[name];
  else if (kind === 1) record[dice.of(['more', 'constructor', '\u0000', 'toJSON'])] = dice.of(STRANGE);
  else record[name] = changed(record[name], dice);
  return record;
}

/** Bytes with some of them changed, cut out, doubled, or ended early. */
export function mutatedBytes(bytes: Uint8Array, dice: Dice): Uint8Array {
  let copy = Uint8Array.from(bytes);
  for (let changes = 1 + dice.below(6); changes > 0; changes--) {
    const at = dice.below(copy.length + 1);
    const length = dice.below(12);
    const kind = dice.below(5);
    if (kind === 0) copy = copy.slice(0, at);
    else if (kind === 1) copy = Uint8Array.from([...copy.slice(0, at), ...copy.slice(at + length)]);
    else if (kind === 2) copy = Uint8Array.from([...copy.slice(0, at + length), ...copy.slice(at)]);
    else
      for (let i = at; i < Math.min(copy.length, at + length); i++)
        copy[i] = dice.of([0, 0x7f, 0x80, 0xff, 0x90, 0xf0, dice.below(256)]);
  }
  return copy;
}
