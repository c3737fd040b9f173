import { randomUUID } from 'node:crypto';
import { readdir, rename, stat } from 'node:fs/promises';
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
import { ifAbsent } from './files.ts';
import { NewerProject, readProject } from './migrate.ts';
import { ProjectBin } from './project-bin.ts';
import {
  EXTENSION,
  entryOf,
  idOfFile,
  readWithRevision,
  revisionOf,
  troubledEntry,
  writeSong,
} from './project-file.ts';
import { ProjectVersions } from './project-versions.ts';

export interface Recovered extends OpenProject {
  /** What the user should know about how it was opened. */
  notice: string | null;
}

type MaybeRecovered = Recovered | { project: null; notice: string | null };

/** Songs in one folder, one file each. Paths never come from a window. */
export class ProjectStore {
  readonly #folder: string;
  readonly #versions: ProjectVersions;
  readonly #bin: ProjectBin;
  /** Entries by revision: a long list of songs is read once. */
  readonly #known = new Map<string, { revision: Revision; entry: ProjectEntry }>();
  /** The last save of each song here, so that one whose answer was lost is not taken for another window's. */
  readonly #lastSaves = new Map<string, { state: string; revision: Revision; by: string }>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = join(folder, 'projects');
    this.#versions = new ProjectVersions(this.#folder);
    this.#bin = new ProjectBin(this.#folder);
  }

  /** Last saved first; a song that cannot be read is listed with the reason. */
  async list(): Promise<ProjectEntry[]> {
    const files = await readdir(this.#folder).catch(ifAbsent([]));
    const entries: ProjectEntry[] = [];
    for (const id of files.map(idOfFile)) {
      const entry = id === null ? null : await this.#entry(id);
      if (entry) entries.push(entry);
    }
    return entries.sort((a, b) => b.savedAt.localeCompare(a.savedAt));
  }

  /** A new song; on disk from its first change on. */
  create(): OpenProject {
    return { project: newProject(randomUUID()), revision: null };
  }

  async open(id: string): Promise<OpenProject> {
    const file = await readWithRevision(this.#path(id));
    if (!file)
      throw new AffettoError(
        'That song is no longer on this computer. If it was deleted, “All songs” in the menu of the song brings it back.',
      );
    return { project: { ...readProject(file.text, 'This song'), id }, revision: file.revision };
  }

  /**
   * Opens the song of last time, or the newest version of it that can be read. Null, with a word for the user where
   * there is something to say, when there is none. A file is never written over here: one that cannot be read at the
   * moment, or cannot be set aside, stays as it is.
   */
  async recover(id: string): Promise<MaybeRecovered> {
    try {
      return await this.#inTurn(id, () => this.#recover(id));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { project: null, notice: `${reason} It was left as it is, and a new song was opened instead.` };
    }
  }

  async #recover(id: string): Promise<MaybeRecovered> {
    const file = await readWithRevision(this.#path(id), 'The song of last time');
    if (!file && (await this.#bin.has(id))) return { project: null, notice: null };
    let damage: string | null = null;
    try {
      if (file)
        return {
          project: { ...readProject(file.text, 'This song'), id },
          revision: file.revision,
          notice: null,
        };
    } catch (error) {
      damage = error instanceof Error ? error.message : String(error);
      if (error instanceof NewerProject)
        return { project: null, notice: `${damage} A new song was opened instead.` };
    }
    const project = await this.#versions.newest(id);
    if (project) return this.#bringBack({ ...project, id }, damage);
    const kept = `${damage} A new song was opened; the damaged file was kept.`;
    return { project: null, notice: damage === null ? null : kept };
  }

  /** Puts an earlier version in the place of a file that is damaged (`damage` says how) or gone. */
  async #bringBack(project: ProjectDocument, damage: string | null): Promise<MaybeRecovered> {
    const path = this.#path(project.id);
    if (damage !== null) {
      try {
        await rename(path, await freeName(`${path}.damaged`));
      } catch {
        return {
          project: null,
          notice: `${damage} It could not be set aside, so it was left as it is, and a new song was opened instead.`,
        };
      }
    }
    await writeSong(path, project).catch(() => {});
    const revision = await revisionOf(path);
    const notice =
      damage === null
        ? 'The file of this song is gone. An earlier version of it was opened.'
        : `${damage} An earlier version of it was opened. The damaged file was kept beside it.`;
    return { project, revision, notice };
  }

  /** Saves unless the file is another than the one last seen by the window `by`: then nothing is written. */
  save(project: ProjectDocument, seen: Revision, by: string): Promise<SaveAnswer> {
    return this.#inTurn(project.id, async () => {
      const path = this.#path(project.id);
      const there = await revisionOf(path, `“${project.name}”`);
      const last = this.#lastSaves.get(project.id);
      // By its mark alone only where the file could not be looked at after the save: who writes it anew may keep the mark.
      const left = last && (last.revision === null ? there?.endsWith(last.state) : there === last.revision);
      const own = last?.by === by && left;
      if (there !== seen && !own)
        return { saved: false, other: there === null ? null : await this.#entry(project.id) };
      await this.#versions.keep(project.id, path).catch(() => {});
      const state = await writeSong(path, project, `“${project.name}”`);
      this.#lastSaves.set(project.id, { state, revision: null, by });
      const revision = await revisionOf(path, `“${project.name}”`);
      this.#lastSaves.set(project.id, { state, revision, by });
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
      const entry = await this.#entry(backId);
      if (!entry)
        throw new AffettoError('That song was taken away by another program. Try again.', 'failure');
      return entry;
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

  /** null: there is no such song. */
  async #entry(id: string): Promise<ProjectEntry | null> {
    const path = this.#path(id);
    try {
      const known = this.#known.get(id);
      if (known && known.revision === (await revisionOf(path))) return known.entry;
      const file = await readWithRevision(path, 'This song');
      if (!file) return null;
      const entry = entryOf(id, file);
      this.#known.set(id, { revision: file.revision, entry });
      return entry;
    } catch (error) {
      const since = await stat(path).catch(() => null);
      return troubledEntry(id, error, (since?.mtime ?? new Date(0)).toISOString());
    }
  }

  /** Changes of files one after the other, so that two saves never cross: of two windows, or of two processes. */
  #inTurn<T>(id: string, act: () => Promise<T>): Promise<T> {
    const inTurn = (): Promise<T> => inFileTurn(this.#path(id), act);
    const done = this.#turn.then(inTurn, inTurn);
    this.#turn = done.catch(() => {});
    return done;
  }
}

/** The name, or one with a number behind it that no file has. */
async function freeName(path: string): Promise<string> {
  for (let number = 1; ; number++) {
    const name = number === 1 ? path : `${path}-${number}`;
    if ((await stat(name).catch(ifAbsent(null))) === null) return name;
  }
}
