import { execFile } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import type { Rank } from '../protocol.ts';

/** Above ordinary threads, below the audio servers (JACK and PipeWire use 20 to 90) that our music has to go through. */
const REALTIME_PRIORITY = 5;
const LONGEST_MS = 2000;

/**
 * Asks for the highest rank that the system grants, up to `wanted`; answers what it got. Windows grants `high` to anybody,
 * macOS seldom; Linux grants `realtime` to root and to whom an rtprio limit allows it (the audio group, usually).
 */
export async function raisePriority(wanted: Rank, platform: NodeJS.Platform): Promise<Rank> {
  if (wanted === 'ordinary') return 'ordinary';
  if (wanted === 'realtime' && platform === 'linux' && (await becomeRealtime())) return 'realtime';
  try {
    setPriority(constants.priority.PRIORITY_HIGHEST);
    return 'high';
  } catch {
    return 'ordinary';
  }
}

/** All threads of this process: the one that sends waits for the others now and then (V8 collects garbage on several). */
function becomeRealtime(): Promise<boolean> {
  const options = ['-a', '-r', '-p', String(REALTIME_PRIORITY), String(process.pid)];
  return new Promise((resolve) => {
    execFile('chrt', options, { timeout: LONGEST_MS }, (error) => resolve(error === null));
  });
}
