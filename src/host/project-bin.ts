import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeletedProject, ProjectEntry } from '../contract/project-calls.ts';
import { ifAbsent } from './files.ts';
import { EXTENSION, entryOf, idOfFile, readWithRevision, troubledEntry } from './project-file.ts';

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
    // One that lies here under the same id is another song by now, and gets an id of its own.
    for (const { file, deletedAt } of (await this.#files()).filter((one) => one.id === id))
      await rename(join(this.#folder, file), join(this.#folder, fileName(randomUUID(), deletedAt)));
    await rename(path, join(this.#folder, fileName(id, now)));
  }

  /** Last deleted first. */
  async list(): Promise<DeletedProject[]> {
    const found: DeletedProject[] = [];
    for (const { id, file, deletedAt } of await this.#files()) {
      const path = join(this.#folder, file);
      const entry = await entryAt(path, id);
      if (!entry) continue;
      const { name, clips } = entry;
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
    const files = await readdir(this.#folder).catch(ifAbsent([]));
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

const fileName = (id: string, deletedAt: Date): string =>
  `${deletedAt.toISOString().replaceAll(':', '_')}${MARK}${id}${EXTENSION}`;

/** null: it was taken out meanwhile. */
async function entryAt(path: string, id: string): Promise<ProjectEntry | null> {
  try {
    const file = await readWithRevision(path);
    return file && entryOf(id, file);
  } catch (error) {
    return troubledEntry(id, error, '');
  }
}
