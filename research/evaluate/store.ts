import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Figures that have been measured, a file a section, so that an interrupted run goes on and an unchanged one is quick. */
export class Store {
  private readonly folder: string;
  private readonly afresh: boolean;

  /** @param afresh true: whatever is asked for is measured again, though its inputs are those of before */
  constructor(folder: string, afresh = false) {
    this.folder = folder;
    this.afresh = afresh;
  }

  /**
   * What was kept under this name if it was measured on the same inputs, else what `measure` answers.
   * @param inputs everything that the figures depend on
   */
  async keep<T>(name: string, inputs: unknown, measure: () => T | Promise<T>): Promise<T> {
    const before = this.afresh ? undefined : this.kept<T>(name, inputs);
    if (before !== undefined) return before;
    const figures = await measure();
    const path = this.path(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.part`, JSON.stringify({ key: keyOf(inputs), figures }));
    renameSync(`${path}.part`, path);
    return figures;
  }

  /** What was kept under this name, if it was measured on the same inputs. */
  kept<T>(name: string, inputs: unknown): T | undefined {
    const entry = read(this.path(name));
    return entry?.key === keyOf(inputs) ? (entry.figures as T) : undefined;
  }

  private path(name: string): string {
    return join(this.folder, `${name}.json`);
  }
}

const keyOf = (inputs: unknown): string => createHash('sha256').update(JSON.stringify(inputs)).digest('hex');

function read(path: string): { key: string; figures: unknown } | null {
  if (!existsSync(path)) return null;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as { key: string; figures: unknown };
  } catch {
    return null;
  }
}
