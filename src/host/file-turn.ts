import { mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AffettoError } from '../model/error.ts';

/** A turn that is not given back within this time was taken by a process that has died. */
const DEAD_MS = 5000;
const AGAIN_MS = 15;

/**
 * Acts on a file while no other process does, as long as they all ask here. The turn is a file beside it; one that a crash
 * left behind is taken over. Where no file can be made there, the act itself fails and says why.
 */
export async function inFileTurn<T>(path: string, act: () => Promise<T>): Promise<T> {
  const turn = `${path}.turn`;
  const taken = await take(turn);
  try {
    return await act();
  } finally {
    if (taken) await rm(turn, { force: true }).catch(() => {});
  }
}

async function take(turn: string): Promise<boolean> {
  await mkdir(dirname(turn), { recursive: true }).catch(() => {});
  for (const until = Date.now() + 2 * DEAD_MS; Date.now() < until; ) {
    try {
      await (await open(turn, 'wx')).close();
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
    }
    const since = await stat(turn).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    );
    if (Date.now() - since > DEAD_MS) await rm(turn, { force: true });
    else await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
  throw new AffettoError('Another Affetto is busy with this song. Try again in a moment.', 'failure');
}
