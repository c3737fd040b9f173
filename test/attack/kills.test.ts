import { fork } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sweepLeftOvers } from '../../src/host/left-overs.ts';
import { ProjectStore } from '../../src/host/project-store.ts';
import { Dice, PATIENCE, tell, times } from './attack.ts';

const folder = mkdtempSync(join(tmpdir(), 'affetto-kills-'));
const script = join(folder, 'saver.mjs');
beforeAll(async () => {
  await build({
    entryPoints: [join(import.meta.dirname, 'saver.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Lets a process save for a while, kills it; the last save that it told of. */
function saveAndKill(data: string, ms: number): Promise<number> {
  return new Promise((resolve) => {
    const child = fork(script, [data], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
    let told = 0;
    child.on('message', (number) => {
      if (told === 0) setTimeout(() => child.kill('SIGKILL'), ms);
      told = number as number;
    });
    child.once('close', () => resolve(told));
  });
}

test('a save that is killed loses nothing that was told as saved, and tears nothing', PATIENCE, async () => {
  const dice = new Dice('kills');
  const data = join(folder, 'data');
  const count = times(6, 500);
  for (let kill = 0; kill < count; kill++) {
    const told = await saveAndKill(data, dice.below(40));
    expect(told).toBeGreaterThan(0);
    // A new process: nothing known from before.
    const recovered = await new ProjectStore(data).recover('song');
    expect(recovered.notice).toBeNull();
    const number = Number(/\d+/.exec(recovered.project?.name ?? '')?.[0]);
    expect(number).toBeGreaterThanOrEqual(told);
    expect(number).toBeLessThanOrEqual(told + 1);
  }
  await sweepLeftOvers(data);
  const left = readdirSync(join(data, 'projects'), { recursive: true }).filter((name) =>
    /\.(tmp|turn|damaged)/.test(`${name}`),
  );
  expect(left).toEqual([]);
  tell('kills in mid-save', { kills: count, lost: 0, torn: 0, leftOvers: left.length });
});
