import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AffettoError } from '../model/error.ts';

/** The one answer that means "there is no such file"; a file that is locked, forbidden or out of handles is there. */
export function isAbsent(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | null)?.code === 'ENOENT';
}

/** `none` where the file or folder is absent; every other error stays one. */
export function ifAbsent<T>(none: T): (error: unknown) => T {
  return (error) => {
    if (isAbsent(error)) return none;
    throw error;
  };
}

/** A file of another kind (a pipe, a device, a folder) or of this size is none of ours, and is not read. */
export const MOST_READ_BYTES = 64 * 1024 * 1024;
/** Opening a pipe that nobody writes to must not wait for somebody. */
const READ_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Opens a file for `act`, and closes it whatever comes. */
export async function withFile<T>(path: string, act: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, READ_FLAGS);
  try {
    const state = await file.stat();
    if (!state.isFile()) throw new AffettoError('it is not a file.');
    if (state.size > MOST_READ_BYTES)
      throw new AffettoError(`it is larger than ${MOST_READ_BYTES / 1024 / 1024} MB.`);
    return await act(file);
  } finally {
    await file.close();
  }
}

/** Why a file that is there could not be read, as one sentence for people. */
export function explainRead(error: unknown, what: string): AffettoError {
  const code = (error as NodeJS.ErrnoException).code;
  const reason =
    code === 'EACCES' || code === 'EPERM'
      ? 'this user is not allowed to read it. Allow it, and try again'
      : code === 'EBUSY' || code === 'ETXTBSY'
        ? 'another program holds it. Try again when that is done'
        : code === 'EMFILE' || code === 'ENFILE'
          ? 'too many files are open on this computer. Try again in a moment'
          : sentence(error);
  return new AffettoError(`${what} could not be read: ${reason}.`, 'failure', { cause: error });
}

/**
 * Writes to a temporary name, flushes, renames: a reader sees the old file or the new one, never half of one. Where a link
 * stands, the file that it points to is written. `what` is said in the error message instead of the path.
 */
export async function writeAtomically(
  path: string,
  content: string | Uint8Array,
  what = path,
): Promise<void> {
  let temporary: string | null = null;
  try {
    const target = await realpath(path).catch(ifAbsent(path));
    temporary = temporaryName(target);
    await mkdir(dirname(target), { recursive: true });
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    if (temporary) await rm(temporary, { force: true }).catch(() => {});
    throw explainWrite(error, what);
  }
}

/** Carries its process's id, so that whoever finds it later knows whether it is still being written. */
export function temporaryName(path: string): string {
  return `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
}

function explainWrite(error: unknown, what: string): AffettoError {
  const code = (error as NodeJS.ErrnoException).code;
  const reason =
    code === 'ENOSPC'
      ? 'the disk is full. Free some space; the window keeps your work and tries again'
      : code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
        ? 'the folder does not allow writing. Allow it there; the window keeps your work'
        : sentence(error);
  return new AffettoError(`Could not save ${what}: ${reason}.`, 'failure', { cause: error });
}

const sentence = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
