import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from './alive.ts';
import { isLeftTurn, TURN_EXTENSION } from './file-turn.ts';
import { ifAbsent } from './files.ts';

const TEMPORARY = /\.(?:(\d+)-)?[0-9a-f]{8}\.tmp$/;
/** Older than any write takes, for names that do not tell their process or whose process's number is in use again. */
const OLD_MS = 24 * 3600_000;

/** Removes what killed processes left in a folder and below it: files half written, and turns that nobody holds. */
export async function sweepLeftOvers(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(ifAbsent([]));
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const left = entry.name.endsWith(TURN_EXTENSION) ? isLeftTurn(path) : isLeftTemporary(path, entry.name);
    if (await left.catch(() => false)) await rm(path, { force: true }).catch(() => {});
  }
}

async function isLeftTemporary(path: string, name: string): Promise<boolean> {
  const found = TEMPORARY.exec(name);
  if (!found) return false;
  if (found[1] !== undefined && !isAlive(Number(found[1]))) return true;
  return Math.abs(Date.now() - (await stat(path)).mtimeMs) > OLD_MS;
}
