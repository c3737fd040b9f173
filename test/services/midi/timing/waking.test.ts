import { readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { buildNode } from '../../../../scripts/build.mjs';
import { MidiClient } from '../../../../src/services/midi/client.ts';
import {
  type FromService,
  RANKS,
  type Rank,
  type ToService,
} from '../../../../src/services/midi/protocol.ts';
import { EarlyWake } from '../../../../src/services/midi/timing/early-wake.ts';
import { raisePriority } from '../../../../src/services/midi/timing/priority.ts';
import { watchOver } from '../../../../src/services/process/heartbeat.ts';
import { forkService } from '../../../../src/services/process/link.ts';

beforeAll(() => buildNode());

/** Plays 80 messages a second for `seconds` on a machine that wakes the sender `lateMs()` late; what it does by then. */
function live(seconds: number, lateMs: () => number) {
  const wake = new EarlyWake();
  let spun = 0;
  let latest = 0;
  const messages = seconds * 80;
  for (let i = 0; i < messages; i++) {
    const { early } = wake;
    const woken = lateMs();
    wake.woke(woken);
    const spin = Math.max(0, early - woken);
    wake.spun(spin, i * 12.5);
    spun += spin;
    // The first one finds it unprepared.
    if (i > 0) latest = Math.max(latest, woken - early);
  }
  return { early: wake.early, share: spun / (seconds * 1000), latest };
}

test('on a machine that wakes in time the spin is short', () => {
  const { early, share, latest } = live(10, () => 0.1);
  expect(early).toBeLessThan(0.25);
  expect(share).toBeLessThan(0.01);
  expect(latest).toBe(0);
});

test('it gets up as early as the machine is late, and later again when that is over', () => {
  let i = 0;
  const rough = live(60, () => (i++ % 40 === 0 ? 1 : 0.1));
  expect(rough.early).toBeGreaterThan(0.75);
  // A wake-up 1 ms late sends 0.25 ms late at most.
  expect(rough.latest).toBeLessThan(0.25);
  const over = live(60, () => (i++ < 6000 ? 1 : 0.1));
  expect(over.early).toBeLessThan(0.25);
});

test('however late the machine is, spinning costs no more than a tenth of a core', () => {
  let i = 0;
  for (const late of [() => 2.9, () => 500, () => (i++ % 10 === 0 ? 3 : 0.1)]) {
    expect(live(60, late).share).toBeLessThan(0.1);
  }
});

test.each(RANKS)('a service that may ask for %s says what the system granted', async (wanted) => {
  const link = forkService<ToService, FromService>(
    join(import.meta.dirname, '../../../../out/node/midi.mjs'),
    {
      environment: { AFFETTO_MIDI_PRIORITY: wanted },
    },
  );
  const midi = new MidiClient(watchOver(link, { tellAfter: 60, killAfter: () => 60, onSilent: () => {} }));
  const { rank } = await midi.call('health');
  expect(RANKS.indexOf(rank)).toBeLessThanOrEqual(RANKS.indexOf(wanted));
  if (process.platform === 'linux') expect(rank).toBe(rankInKernel(link.pid!));
  await midi.call('quit').catch(() => {});
});

test('where nothing is granted, nothing is claimed', async () => {
  expect(await raisePriority('ordinary', 'linux')).toBe('ordinary');
});

/** Beyond the rank that this process gave it; from the fields nice (19) and policy (41; 2 is round robin) of /proc/PID/stat. */
function rankInKernel(pid: number): Rank {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  if (fields[38] === '2') return 'realtime';
  return Number(fields[16]) < getPriority() ? 'high' : 'ordinary';
}
