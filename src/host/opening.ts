import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { idSchema } from '../contract/document.ts';
import { writeAtomically } from './files.ts';

/**
 * The song that a window is about to show stands on disk until it has been shown. One that is found there at the start
 * took the last window down with it.
 */
export class Opening {
  readonly #path: string;
  #id: string | null = null;
  /** Order of what is done to the file. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.#path = join(folder, 'opening.json');
  }

  /** The song that was never shown; told once. */
  takeFailed(): string | null {
    try {
      const { id } = JSON.parse(readFileSync(this.#path, 'utf8')) as { id: unknown };
      rmSync(this.#path, { force: true });
      return idSchema.check(id, 'id');
    } catch {
      return null;
    }
  }

  begin(id: string): Promise<void> {
    this.#id = id;
    return this.#inTurn(() => writeAtomically(this.#path, JSON.stringify({ id })));
  }

  shown(id: string): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#id !== id) return;
      this.#id = null;
      rmSync(this.#path, { force: true });
    });
  }

  /** A guard that cannot be kept is no reason to refuse a song. */
  #inTurn(act: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(act).catch(() => {});
    this.#turn = done;
    return done;
  }
}
