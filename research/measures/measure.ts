import type { Io } from '../../src/cli/command.ts';
import { AffettoError, requireInput } from '../../src/model/error.ts';

/** One thing that `npm run research -- measure` measures. */
export interface Measure {
  /** What follows its name on the command line. */
  readonly takes: string;
  /** What it measures, in a line. */
  readonly tells: string;
  run(args: readonly string[], io: Io): Promise<void>;
}

/** Whole numbers from 0, each its usual value where it is not given; throws an input error. */
export function wholeNumbers(args: readonly string[], usual: readonly number[]): number[] {
  return usual.map((value, i) => {
    const number = args[i] === undefined ? value : Number(args[i]);
    requireInput(Number.isInteger(number) && number >= 0, `'${args[i]}' is no whole number from 0`);
    return number;
  });
}

/** The first argument, a folder of data; throws an input error without it. */
export function folderOf([folder]: readonly string[], what: string): string {
  if (folder === undefined)
    throw new AffettoError(`it needs ${what}; see npm run research -- measure --help`);
  return folder;
}

/** A cancelled run ends between two pieces. */
export function checkSignal({ signal }: Io): void {
  if (signal.aborted) throw new AffettoError('stopped', 'failure');
}

/** Figures as one line of JSON, to four digits. */
export const rounded = (figures: object): string =>
  JSON.stringify(figures, (_, value) => (typeof value === 'number' ? Math.round(value * 1e4) / 1e4 : value));
