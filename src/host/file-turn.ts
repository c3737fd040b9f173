import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { AffettoError } from '../model/error.ts';
import { isAlive } from './alive.ts';
import { isAbsent } from './files.ts';

/** Whoever waits so long for one and the same turn takes it: its process stands still, or is on another machine. */
const STALLED_MS = 3000;
const PATIENCE_MS = 10_000;
const AGAIN_MS = 15;

export const TURN_EXTENSION = '.turn';

/**
 * Acts on a file while no other process does, as long as they all ask here. The turn is a file beside it that names its
 * process; one whose process has died is taken over at once. Where no file can be made there, the act itself fails and
 * says why.
 */
export async function inFileTurn<T>(path: string, act: () => Promise<T>): Promise<T> {
  const turn = `${path}${TURN_EXTENSION}`;
  const own = await take(turn);
  try {
    return await act();
  } finally {
    // By now it may be another's, if this process stood still for long.
    if (own !== null && (await holder(turn)) === own) await rm(turn, { force: true }).catch(() => {});
  }
}

/** Returns what marks the turn as ours; null where none can be made. */
async function take(turn: string): Promise<string | null> {
  const own = `${process.pid} ${hostname()} ${randomBytes(8).toString('hex')}`;
  await mkdir(dirname(turn), { recursive: true }).catch(() => {});
  let seen: string | null = null;
  let seenAt = 0;
  // Time is measured by this process alone: the dates of files may lie in the future.
  for (const start = performance.now(); performance.now() - start < PATIENCE_MS; ) {
    try {
      const file = await open(turn, 'wx');
      await file.writeFile(own).finally(() => file.close());
      return own;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return null;
    }
    const now = await holder(turn);
    if (now === null) continue;
    if (now !== seen) [seen, seenAt] = [now, performance.now()];
    if (isDead(now) || performance.now() - seenAt > STALLED_MS)
      await rm(turn, { force: true }).catch(() => {});
    else await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
  throw new AffettoError('Another Affetto is busy with this song. Try again in a moment.', 'failure');
}

/** Who has the turn, as it was written; null: nobody any more. */
const holder = (turn: string): Promise<string | null> =>
  readFile(turn, 'utf8').catch((error) => (isAbsent(error) ? null : 'unreadable'));

function isDead(holder: string): boolean {
  const [pid, host] = holder.split(' ');
  return host === hostname() && /^[1-9]\d*$/.test(pid) && !isAlive(Number(pid));
}

/** True for a turn that no living process of this machine holds, or that lies there without an owner for long. */
export async function isLeftTurn(turn: string): Promise<boolean> {
  const found = await holder(turn);
  if (found === null || isDead(found)) return found !== null;
  return found === '' && Math.abs(Date.now() - (await stat(turn)).mtimeMs) > 60_000;
}
