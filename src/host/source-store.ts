import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { AffettoError } from '../model/error.ts';
import { writeAtomically } from './files.ts';

/** Together; the least recently used go first. */
const MOST_BYTES = 256 * 1024 * 1024;
const EXTENSION = '.mid';

/** The files that clips were read from, by the hash of their bytes, so that a clip's beats can be corrected later. */
export class SourceStore {
  readonly #folder: string;
  readonly #mostBytes: number;

  constructor(folder: string, mostBytes = MOST_BYTES) {
    this.#folder = join(folder, 'sources');
    this.#mostBytes = mostBytes;
  }

  /** Returns the id under which the file can be read again; null where it could not be kept (a full disk). */
  async keep(bytes: Uint8Array): Promise<string | null> {
    const id = createHash('sha256').update(bytes).digest('hex').slice(0, 40);
    try {
      if (!(await this.#touch(id))) await writeAtomically(this.#path(id), bytes);
      await this.#makeRoom(id);
      return id;
    } catch {
      return null;
    }
  }

  /** Throws an input error when the file is no longer kept. */
  async read(id: string, fileName: string): Promise<Uint8Array> {
    await this.#touch(id);
    return readFile(this.#path(id)).catch(() => {
      throw new AffettoError(`${fileName} is no longer kept here. Open the file again to correct its beats.`);
    });
  }

  #path(id: string): string {
    return join(this.#folder, `${id}${EXTENSION}`);
  }

  async #touch(id: string): Promise<boolean> {
    const now = new Date();
    return utimes(this.#path(id), now, now).then(
      () => true,
      () => false,
    );
  }

  async #makeRoom(keepId: string): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith(EXTENSION));
    const files = await Promise.all(
      names.map(async (name) => ({ name, state: await stat(join(this.#folder, name)) })),
    );
    files.sort((a, b) => b.state.mtimeMs - a.state.mtimeMs);
    let bytes = 0;
    for (const { name, state } of files) {
      bytes += state.size;
      if (bytes > this.#mostBytes && name !== `${keepId}${EXTENSION}`)
        await rm(join(this.#folder, name), { force: true });
    }
  }
}
