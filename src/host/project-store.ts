import { randomUUID } from 'node:crypto';
import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { newProject, type ProjectDocument } from '../contract/document.ts';
import type {
  DeletedProject,
  OpenProject,
  ProjectEntry,
  Revision,
  SaveAnswer,
} from '../contract/project-calls.ts';
import { AffettoError } from '../model/error.ts';
import { inFileTurn } from './file-turn.ts';
import { NewerProject, readProject } from './migrate.ts';
import { ProjectBin } from './project-bin.ts';
import { EXTENSION, entryOf, idOfFile, readWithRevision, revisionOf, writeSong } from './project-file.ts';
import { ProjectVersions } from './project-versions.ts';

export interface Recovered extends OpenProject {
  /** What the user should know about how it was opened. */
  notice: string | null;
}

/** Songs in one folder, one file each. Paths never come from a window. */
export class ProjectStore {
  readonly #folder: string;
  readonly #versions: ProjectVersions;
  readonly #bin: ProjectBin;
  /** Entries by revision: a long list of songs is read once. */
  readonly #known = new Map<string, { revision: Revision; entry: ProjectEntry }>();
  /** The last save of each song here, so that one whose answer was lost is not taken for another window's. */
  readonly #lastSaves = new Map<string, { revision: Revision; by: string }>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = join(folder, 'projects');
    this.#versions = new ProjectVersions(this.#folder);
    this.#bin = new ProjectBin(this.#folder);
  }

  /** Last saved first; a song that cannot be read is listed with the reason. */
  async list(): Promise<ProjectEntry[]> {
    const ids = (await readdir(this.#folder).catch(() => [])).map(idOfFile).filter((id) => id !== null);
    const entries: ProjectEntry[] = [];
    for (const id of ids) {
      const entry = await this.#entry(id).catch(() => null);
      if (entry) entries.push(entry);
    }
    return entries.sort((a, b) => b.savedAt.localeCompare(a.savedAt));
  }

  /** A new song; on disk from its first change on. */
  create(): OpenProject {
    return { project: newProject(randomUUID()), revision: null };
  }

  async open(id: string): Promise<OpenProject> {
    const { text, revision } = await readWithRevision(this.#path(id)).catch(() => {
      throw new AffettoError(
        'That song is no longer on this computer. If it was deleted, “All songs” in the menu of the song brings it back.',
      );
    });
    return { project: { ...readProject(text, 'This song'), id }, revision };
  }

  /**
   * Opens the song of last time, or the newest version of it that can be read. Null, with a word for the user where
   * there is something to say, when there is none.
   */
  async recover(id: string): Promise<Recovered | { project: null; notice: string | null }> {
    try {
      return { ...(await this.open(id)), notice: null };
    } catch (error) {
      if (await this.#bin.has(id)) return { project: null, notice: null };
      const reason = error instanceof Error ? error.message : String(error);
      if (error instanceof NewerProject)
        return { project: null, notice: `${reason} A new song was opened instead.` };
      const project = await this.#versions.newest(id);
      const damaged = (await revisionOf(this.#path(id))) !== null;
      if (!project) {
        const kept = `${reason} A new song was opened; the damaged file was kept.`;
        return { project: null, notice: damaged ? kept : null };
      }
      if (damaged) await rename(this.#path(id), `${this.#path(id)}.damaged`).catch(() => {});
      const kept = damaged ? ' The damaged file was kept beside it.' : '';
      const notice = `${reason} An earlier version of it was opened.${kept}`;
      await writeSong(this.#path(id), project).catch(() => {});
      return { project, revision: await revisionOf(this.#path(id)), notice };
    }
  }

  /** Saves unless the file is another than the one last seen by the window `by`: then nothing is written. */
  save(project: ProjectDocument, seen: Revision, by: string): Promise<SaveAnswer> {
    return this.#inTurn(project.id, async () => {
      const path = this.#path(project.id);
      const there = await revisionOf(path);
      const last = this.#lastSaves.get(project.id);
      const own = last !== undefined && last.by === by && last.revision === there;
      if (there !== seen && !own)
        return { saved: false, other: there === null ? null : await this.#entry(project.id) };
      await this.#versions.keep(project.id, path).catch(() => {});
      await writeSong(path, project, `“${project.name}”`);
      const revision = await revisionOf(path);
      this.#lastSaves.set(project.id, { revision, by });
      return { saved: true, savedAt: new Date().toISOString(), revision };
    });
  }

  /** Returns the new revision. */
  rename(id: string, name: string): Promise<Revision> {
    return this.#inTurn(id, async () => {
      const { project } = await this.open(id);
      await writeSong(this.#path(id), { ...project, name }, `“${name}”`);
      return revisionOf(this.#path(id));
    });
  }

  remove(id: string): Promise<void> {
    return this.#inTurn(id, async () => {
      if ((await revisionOf(this.#path(id))) !== null) await this.#bin.put(id, this.#path(id));
    });
  }

  deleted(): Promise<DeletedProject[]> {
    return this.#bin.list();
  }

  restore(id: string): Promise<ProjectEntry> {
    return this.#inTurn(id, async () => {
      // Where a window went on with a song that was deleted, the deleted one comes back beside it.
      const taken = (await revisionOf(this.#path(id))) !== null;
      const backId = taken ? randomUUID() : id;
      if (!(await this.#bin.takeOut(id, this.#path(backId))))
        throw new AffettoError(
          'That song is no longer among the deleted ones: another window brought it back, or deleted it for good.',
        );
      return this.#entry(backId);
    });
  }

  /** Deletes a deleted song for good, with its versions. */
  async purge(id: string): Promise<void> {
    await this.#bin.purge(id);
    if ((await revisionOf(this.#path(id))) === null) await this.#versions.remove(id);
  }

  async sweepDeleted(): Promise<void> {
    for (const id of await this.#bin.sweep())
      if ((await revisionOf(this.#path(id))) === null) await this.#versions.remove(id);
  }

  /** Takes in a song's file from elsewhere under a new id, so that it never overwrites one that is here. */
  async adopt(fileName: string, text: string): Promise<OpenProject> {
    const project = { ...readProject(text, fileName), id: randomUUID() };
    await writeSong(this.#path(project.id), project, `“${project.name}”`);
    return { project, revision: await revisionOf(this.#path(project.id)) };
  }

  #path(id: string): string {
    return join(this.#folder, `${id}${EXTENSION}`);
  }

  async #entry(id: string): Promise<ProjectEntry> {
    const known = this.#known.get(id);
    if (known && known.revision === (await revisionOf(this.#path(id)))) return known.entry;
    const file = await readWithRevision(this.#path(id));
    const entry = entryOf(id, file);
    this.#known.set(id, { revision: file.revision, entry });
    return entry;
  }

  /** Changes of files one after the other, so that two saves never cross: of two windows, or of two processes. */
  #inTurn<T>(id: string, act: () => Promise<T>): Promise<T> {
    const inTurn = (): Promise<T> => inFileTurn(this.#path(id), act);
    const done = this.#turn.then(inTurn, inTurn);
    this.#turn = done.catch(() => {});
    return done;
  }
}
