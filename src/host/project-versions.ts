import { copyFile, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProjectDocument } from '../contract/document.ts';
import { ifAbsent, temporaryName } from './files.ts';
import { readProject } from './migrate.ts';

/** A version is set aside when the last one is older than this, and the newest so many are kept. */
const EVERY_MS = 5 * 60_000;
const KEPT = 20;
const EXTENSION = '.affetto';

/** Earlier states of each song, in a folder of its own, named by their time. */
export class ProjectVersions {
  readonly #folder: string;

  constructor(projectsFolder: string) {
    this.#folder = join(projectsFolder, 'versions');
  }

  /** Sets a song's file aside before it is written anew, unless that was done a moment ago. */
  async keep(id: string, path: string): Promise<void> {
    const versions = await this.#list(id);
    const newest = versions[0] ? Date.parse(versions[0].replace(EXTENSION, '').replaceAll('_', ':')) : 0;
    if (Date.now() - newest < EVERY_MS) return;
    await mkdir(this.#of(id), { recursive: true });
    const name = new Date().toISOString().replaceAll(':', '_');
    const version = join(this.#of(id), `${name}${EXTENSION}`);
    const temporary = temporaryName(version);
    try {
      await copyFile(path, temporary);
      await rename(temporary, version);
    } finally {
      await rm(temporary, { force: true });
    }
    for (const old of versions.slice(KEPT - 1)) await rm(join(this.#of(id), old), { force: true });
  }

  /** The newest version that can be read. */
  async newest(id: string): Promise<ProjectDocument | null> {
    for (const file of await this.#list(id)) {
      try {
        return readProject(await readFile(join(this.#of(id), file), 'utf8'), file);
      } catch {
        // The next older one.
      }
    }
    return null;
  }

  async remove(id: string): Promise<void> {
    await rm(this.#of(id), { recursive: true, force: true });
  }

  #of(id: string): string {
    return join(this.#folder, id);
  }

  /** Newest first. */
  async #list(id: string): Promise<string[]> {
    const files = await readdir(this.#of(id)).catch(ifAbsent([]));
    return files
      .filter((file) => file.endsWith(EXTENSION))
      .sort()
      .reverse();
  }
}
