import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AffettoError } from '../model/error.ts';

/**
 * Writes to a temporary name, flushes, renames: a reader sees the old file or the new one, never half of one.
 * `what` is said in the error message instead of the path.
 */
export async function writeAtomically(
  path: string,
  content: string | Uint8Array,
  what = path,
): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw explainWrite(error, what);
  }
}

function explainWrite(error: unknown, what: string): AffettoError {
  const code = (error as NodeJS.ErrnoException).code;
  const reason =
    code === 'ENOSPC'
      ? 'the disk is full. Free some space; the window keeps your work and tries again'
      : code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
        ? 'the folder does not allow writing. Allow it there; the window keeps your work'
        : error instanceof Error
          ? error.message
          : String(error);
  return new AffettoError(`Could not save ${what}: ${reason}.`, 'failure', { cause: error });
}
