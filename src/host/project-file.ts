import { open, stat } from 'node:fs/promises';
import { idSchema, type ProjectDocument } from '../document.ts';
import type { ProjectEntry, Revision } from '../project-calls.ts';
import { readProject } from './migrate.ts';

export const EXTENSION = '.affetto';

/** Which state of a file this is: every write makes a new file in its place, whoever writes. */
export async function revisionOf(path: string): Promise<Revision> {
  const state = await stat(path, { bigint: true }).catch(() => null);
  return state && `${state.ino}-${state.mtimeNs}-${state.size}`;
}

export interface ReadFile {
  text: string;
  savedAt: string;
  revision: Revision;
}

/** The text and the state that it belongs to, though another process may write in between. */
export async function readWithRevision(path: string): Promise<ReadFile> {
  const file = await open(path);
  try {
    const { ino, mtimeNs, mtime, size } = await file.stat({ bigint: true });
    const text = await file.readFile('utf8');
    return { text, savedAt: mtime.toISOString(), revision: `${ino}-${mtimeNs}-${size}` };
  } finally {
    await file.close();
  }
}

/** The id that a file's name gives; null for other files in the folder. */
export function idOfFile(file: string): string | null {
  if (!file.endsWith(EXTENSION)) return null;
  try {
    return idSchema.check(file.slice(0, -EXTENSION.length), 'id');
  } catch {
    return null;
  }
}

/** How a file is listed; one that cannot be read is listed with the reason. */
export function entryOf(id: string, { text, savedAt }: ReadFile): ProjectEntry {
  try {
    return describe(readProject(text, 'This song'), id, savedAt);
  } catch (error) {
    const trouble = error instanceof Error ? error.message : String(error);
    return { id, name: nameIn(text) ?? 'A song that cannot be read', savedAt, clips: 0, trouble };
  }
}

function describe(project: ProjectDocument, id: string, savedAt: string): ProjectEntry {
  return { id, name: project.name, savedAt, clips: project.clips.length, trouble: null };
}

/** A name for people, where the rest of the file is not understood. */
function nameIn(text: string): string | null {
  try {
    const { name } = JSON.parse(text) as { name?: unknown };
    return typeof name === 'string' && name.length > 0 ? name.slice(0, 120) : null;
  } catch {
    return null;
  }
}
