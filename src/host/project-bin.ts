import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeletedProject } from '../contract/project-calls.ts';
import { EXTENSION, entryOf, idOfFile } from './project-file.ts';

const DAY_MS = 24 * 60 * 60_000;
const KEPT_DAYS = 30;
/** Between the time of deleting and the id in a file's name. */
const MARK = '--';

interface Binned {
  id: string;
  file: string;
  deletedAt: Date;
}

/** Deleted songs: their files wait in a folder beside the others until they are brought back or their time is over. */
export class ProjectBin {
  readonly #folder: string;

  constructor(projectsFolder: string) {
    this.#folder = join(projectsFolder, 'deleted');
  }

  async put(id: string, path: string, now = new Date()): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const time = now.toISOString().replaceAll(':', '_');
    await rename(path, join(this.#folder, `${time}${MARK}${id}${EXTENSION}`));
  }

  /** Last deleted first. */
  async list(): Promise<DeletedProject[]> {
    const found: DeletedProject[] = [];
    for (const { id, file, deletedAt } of await this.#files()) {
      const path = join(this.#folder, file);
      const text = await readFile(path, 'utf8').catch(() => null);
      if (text === null) continue;
      const savedAt = (await stat(path)).mtime.toISOString();
      const { name, clips } = entryOf(id, { text, savedAt, revision: null });
      const keptUntil = new Date(deletedAt.getTime() + KEPT_DAYS * DAY_MS).toISOString();
      found.push({ id, name, clips, deletedAt: deletedAt.toISOString(), keptUntil });
    }
    return found;
  }

  async has(id: string): Promise<boolean> {
    return (await this.#pathOf(id)) !== null;
  }

  /** Moves a deleted song's file to `path`; false when it is not here any more. */
  async takeOut(id: string, path: string): Promise<boolean> {
    const from = await this.#pathOf(id);
    if (from === null) return false;
    await rename(from, path);
    return true;
  }

  async purge(id: string): Promise<void> {
    const path = await this.#pathOf(id);
    if (path !== null) await rm(path, { force: true });
  }

  /** Deletes for good what has been here too long; returns the ids. */
  async sweep(now = Date.now()): Promise<string[]> {
    const old = (await this.#files()).filter(
      ({ deletedAt }) => now - deletedAt.getTime() > KEPT_DAYS * DAY_MS,
    );
    for (const { file } of old) await rm(join(this.#folder, file), { force: true });
    return old.map(({ id }) => id);
  }

  async #pathOf(id: string): Promise<string | null> {
    const found = (await this.#files()).find((one) => one.id === id);
    return found ? join(this.#folder, found.file) : null;
  }

  async #files(): Promise<Binned[]> {
    const files = await readdir(this.#folder).catch(() => []);
    return files
      .flatMap((file) => {
        const at = file.indexOf(MARK);
        const id = at < 0 ? null : idOfFile(file.slice(at + MARK.length));
        const deletedAt = new Date(file.slice(0, Math.max(0, at)).replaceAll('_', ':'));
        return id === null || Number.isNaN(deletedAt.getTime()) ? [] : [{ id, file, deletedAt }];
      })
      .sort((a, b) => b.deletedAt.getTime() - a.deletedAt.getTime());
  }
}
