import { randomBytes } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { idSchema, type ProjectDocument } from '../contract/document.ts';
import type { ProjectEntry, Revision } from '../contract/project-calls.ts';
import { requireInput } from '../model/error.ts';
import { explainRead, ifAbsent, MOST_READ_BYTES, withFile, writeAtomically } from './files.ts';
import { readProject } from './migrate.ts';

export const EXTENSION = '.affetto';

/** Opens every file of ours: a mark of its own for each save, as clocks and inodes can be the same for two. */
const STATE = /^\{"state":"([0-9a-f]{16})",/;
const STATE_BYTES = 32;

/**
 * Writes a song whole, or leaves what was there; returns the mark of this save, in which its revision ends. `what` is said
 * in the error in place of the path.
 */
export async function writeSong(path: string, project: ProjectDocument, what?: string): Promise<string> {
  const state = randomBytes(8).toString('hex');
  const text = `{"state":"${state}",${JSON.stringify(project).slice(1)}`;
  // It could be written, and never be read again.
  requireInput(
    Buffer.byteLength(text) <= MOST_READ_BYTES,
    `Could not save ${what ?? 'the song'}: it is more than 64 MB. Delete some clips; the window keeps your work.`,
  );
  await writeAtomically(path, text, what);
  return state;
}

/** Which state of a file this is: another one after every write, whoever writes. null: there is none. */
export function revisionOf(path: string, what = 'The song'): Promise<Revision> {
  return withFile(path, revisionIn)
    .catch(ifAbsent(null))
    .catch((error) => {
      throw explainRead(error, what);
    });
}

/** Inode, time and size for what other programs do to a file; they know nothing of its mark. */
async function revisionIn(file: FileHandle): Promise<string> {
  const { ino, mtimeNs, size } = await file.stat({ bigint: true });
  const { buffer, bytesRead } = await file.read(Buffer.alloc(STATE_BYTES), 0, STATE_BYTES, 0);
  const state = STATE.exec(buffer.toString('latin1', 0, bytesRead))?.[1];
  return `${ino}-${mtimeNs}-${size}${state ? `-${state}` : ''}`;
}

export interface ReadFile {
  text: string;
  savedAt: string;
  revision: Revision;
}

/** The text and the state that it belongs to, though another process may write in between; null: there is no file. */
export function readWithRevision(path: string, what = 'The song'): Promise<ReadFile | null> {
  return withFile(path, async (file) => {
    const revision = await revisionIn(file);
    const { mtime } = await file.stat();
    return { text: await file.readFile('utf8'), savedAt: mtime.toISOString(), revision };
  })
    .catch(ifAbsent(null))
    .catch((error) => {
      throw explainRead(error, what);
    });
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

/** How a file is listed; one that is not understood is listed with the reason. */
export function entryOf(id: string, { text, savedAt }: ReadFile): ProjectEntry {
  try {
    return describe(readProject(text, 'This song'), id, savedAt);
  } catch (error) {
    return { ...troubledEntry(id, error, savedAt), name: nameIn(text) ?? UNREADABLE };
  }
}

const UNREADABLE = 'A song that cannot be read';

/** A song of which nothing but the reason is known. */
export function troubledEntry(id: string, error: unknown, savedAt: string): ProjectEntry {
  const trouble = error instanceof Error ? error.message : String(error);
  return { id, name: UNREADABLE, savedAt, clips: 0, trouble };
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
