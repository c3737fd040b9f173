import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProjectEntry } from '../contract.ts';
import { newProject, type ProjectDocument } from '../document.ts';
import { AffettoError } from '../model/error.ts';
import { writeAtomically } from './files.ts';
import { readProject } from './migrate.ts';

/** A version is set aside when the last one is older than this, and the newest so many are kept. */
const VERSION_EVERY_MS = 5 * 60_000;
const VERSIONS_KEPT = 20;
const EXTENSION = '.affetto';

/** Projects in one folder, one file each, with earlier versions beside them. Paths never come from a window. */
export class ProjectStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = join(folder, 'projects');
  }

  #path(id: string): string {
    return join(this.#folder, `${id}${EXTENSION}`);
  }

  async list(): Promise<ProjectEntry[]> {
    const files = await readdir(this.#folder).catch(() => []);
    const entries: ProjectEntry[] = [];
    for (const file of files) {
      if (!file.endsWith(EXTENSION)) continue;
      const path = join(this.#folder, file);
      try {
        const project = readProject(await readFile(path, 'utf8'), file);
        const savedAt = (await stat(path)).mtime.toISOString();
        entries.push({ id: project.id, name: project.name, savedAt, clips: project.clips.length });
      } catch {
        // Unreadable or newer: left where it is, and not offered.
      }
    }
    return entries.sort((a, b) => b.savedAt.localeCompare(a.savedAt));
  }

  /** A new project; on disk from its first change on. */
  create(): ProjectDocument {
    return newProject(randomUUID());
  }

  async open(id: string): Promise<ProjectDocument> {
    const text = await readFile(this.#path(id), 'utf8').catch(() => {
      throw new AffettoError('That project is no longer on this computer.');
    });
    return readProject(text, `${id}${EXTENSION}`);
  }

  /** Opens a project or the newest version of it that can be read; the notice says when it had to go back. */
  async recover(id: string): Promise<{ project: ProjectDocument; notice: string | null } | null> {
    try {
      return { project: await this.open(id), notice: null };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      for (const file of await this.#versions(id)) {
        try {
          const project = readProject(await readFile(join(this.#versionFolder(id), file), 'utf8'), file);
          await rename(this.#path(id), `${this.#path(id)}.damaged`).catch(() => {});
          return {
            project,
            notice: `${reason} An earlier version was opened; the damaged file was kept beside it.`,
          };
        } catch {
          // Try the next older one.
        }
      }
      return null;
    }
  }

  async save(project: ProjectDocument): Promise<string> {
    await this.#keepVersion(project.id).catch(() => {});
    await writeAtomically(this.#path(project.id), JSON.stringify(project));
    return new Date().toISOString();
  }

  async remove(id: string): Promise<void> {
    await rm(this.#path(id), { force: true });
  }

  /** Takes in a project file from elsewhere under a new id, so that it never overwrites one that is here. */
  async adopt(fileName: string, text: string): Promise<ProjectDocument> {
    const project = { ...readProject(text, fileName), id: randomUUID() };
    await this.save(project);
    return project;
  }

  #versionFolder(id: string): string {
    return join(this.#folder, 'versions', id);
  }

  /** Newest first. */
  async #versions(id: string): Promise<string[]> {
    return (await readdir(this.#versionFolder(id)).catch(() => [])).sort().reverse();
  }

  async #keepVersion(id: string): Promise<void> {
    const versions = await this.#versions(id);
    const newest = versions[0] ? Date.parse(versions[0].replace(EXTENSION, '').replaceAll('_', ':')) : 0;
    if (Date.now() - newest < VERSION_EVERY_MS) return;
    await mkdir(this.#versionFolder(id), { recursive: true });
    const name = new Date().toISOString().replaceAll(':', '_');
    await copyFile(this.#path(id), join(this.#versionFolder(id), `${name}${EXTENSION}`));
    for (const old of versions.slice(VERSIONS_KEPT - 1))
      await rm(join(this.#versionFolder(id), old), { force: true });
  }
}
