import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from './alive.ts';
import { writeAtomically } from './files.ts';

/** A file that exists while the app runs; finding it at start means that the last session did not end by itself. */
export class SessionMarker {
  readonly #path: string;

  constructor(folder: string) {
    this.#path = join(folder, 'running.json');
  }

  /** True when the last session ended unexpectedly: its marker is there and its process is not. */
  foundCrash(): boolean {
    try {
      const { pid } = JSON.parse(readFileSync(this.#path, 'utf8')) as { pid: number };
      return pid === process.pid || !isAlive(pid);
    } catch {
      return false;
    }
  }

  async begin(): Promise<void> {
    await writeAtomically(this.#path, JSON.stringify({ pid: process.pid }));
  }

  end(): void {
    rmSync(this.#path, { force: true });
  }
}
