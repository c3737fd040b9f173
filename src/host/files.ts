import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AffettoError } from '../model/error.ts';

/** Writes to a temporary name, flushes, renames: a reader sees the old file or the new one, never half of one. */
export async function writeAtomically(path: string, content: string | Uint8Array): Promise<void> {
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
    throw explainWrite(error, path);
  }
}

function explainWrite(error: unknown, path: string): AffettoError {
  const code = (error as NodeJS.ErrnoException).code;
  const reason =
    code === 'ENOSPC'
      ? 'the disk is full. Free some space; the window keeps your work and tries again'
      : code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
        ? 'the folder does not allow writing'
        : error instanceof Error
          ? error.message
          : String(error);
  return new AffettoError(`Could not save ${path}: ${reason}.`, 'failure', { cause: error });
}
