import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Figures that have been measured, a file a section, so that an interrupted run goes on and an unchanged one is quick. */
export class Store {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * What was kept under this name if it was measured on the same inputs, else what `measure` answers.
   * @param inputs everything that the figures depend on
   */
  async keep<T>(name: string, inputs: unknown, measure: () => T | Promise<T>): Promise<T> {
    const path = join(this.folder, `${name}.json`);
    const key = createHash('sha256').update(JSON.stringify(inputs)).digest('hex');
    const kept = read(path);
    if (kept?.key === key) return kept.figures as T;
    const figures = await measure();
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.part`, JSON.stringify({ key, figures }));
    renameSync(`${path}.part`, path);
    return figures;
  }
}

function read(path: string): { key: string; figures: unknown } | null {
  if (!existsSync(path)) return null;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as { key: string; figures: unknown };
  } catch {
    return null;
  }
}
