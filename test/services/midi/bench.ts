import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { MidiClient } from '../../../src/services/midi/client.ts';
import type { Bar, FromService, Health, Rank, ToService } from '../../../src/services/midi/protocol.ts';
import { watchOver } from '../../../src/services/process/heartbeat.ts';
import { forkService } from '../../../src/services/process/link.ts';

/** Twelve notes a beat at 200 bpm: 40 notes, 80 messages a second. */
const BAR: Bar = {
  beats: 4,
  notes: Array.from({ length: 48 }, (_, i) => ({
    beat: i / 12,
    length: 0.1,
    pitch: 36 + ((i * 7) % 60),
    velocity: 60 + (i % 60),
  })),
};

/** Arithmetic over 8 MB for ever: what a generator does to a core and its caches. */
const BURNER = `
require('node:os').setPriority(${constants.priority.PRIORITY_BELOW_NORMAL});
const x = new Float32Array(2_000_000).fill(1.0001);
for (;;) for (let i = 0; i < x.length; i++) x[i] = x[i] * 0.9999 + 0.0001;
`;

/** The least that any sender needs: a thread of the same rank that sleeps 12.5 ms, over and over, and looks how late it woke. */
const SLEEPER = `
const cell = new Int32Array(new SharedArrayBuffer(4));
let late = [];
process.on('message', () => { process.send(late); late = []; });
setInterval(() => {
  for (let i = 0; i < 8; i++) {
    const start = performance.now();
    Atomics.wait(cell, 0, 0, 12.5);
    late.push(performance.now() - start - 12.5);
  }
}, 0);
`;

export interface BenchResult {
  readonly best: Health['lateness'];
  readonly all: Health['lateness'];
  /** What the system granted. */
  readonly rank: Rank;
  /** Time on a processor as a share of one core; null where that can't be told. */
  readonly cpuShare: number | null;
  /** How late a bare sleeping thread woke in the same window: what the machine itself adds. */
  readonly sleeper: { readonly p50: number; readonly p99: number };
}

/** Time on a processor so far, ms, of all threads of a process (Linux; fields 14 and 15 of its stat, in ticks of 10 ms). */
function cpuTime(pid: number | undefined): number | null {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return null;
  const fields = readFileSync(file, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

/** Gives the sleeper the rank that the service got. */
function raise(sleeper: ChildProcess, rank: Rank): void {
  if (rank === 'realtime') spawnSync('chrt', ['--rr', '--pid', '5', String(sleeper.pid)]);
  if (rank === 'high') setPriority(sleeper.pid!, constants.priority.PRIORITY_HIGHEST);
}

/** What the sleeper measured since it was asked last. */
function wakes(sleeper: ChildProcess): Promise<number[]> {
  return new Promise((resolve) => {
    sleeper.once('message', (late) => resolve(late as number[]));
    sleeper.send(0);
  });
}

/**
 * Streams bars through the real MIDI process (journal included, ports as files) for `windows` times `seconds`, with a
 * burning process at lower priority beside it and this process busy half of the time, as when a window is dragged.
 * `best`: the window with the lowest p99; on a machine that does other things it is the only one that tells about the code.
 * `rank`: the highest that the service and the bare thread beside it ask for.
 */
export async function bench(
  script: string,
  windows: number,
  seconds: number,
  rank: Rank = 'realtime',
): Promise<BenchResult[]> {
  // In memory: a busy disk would be measured otherwise.
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'affetto-bench-'));
  const burner = spawn(process.execPath, ['-e', BURNER], { stdio: 'ignore' });
  const sleeper = spawn(process.execPath, ['-e', SLEEPER], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const link = forkService<ToService, FromService>(script, {
    environment: {
      AFFETTO_MIDI_WIRE: folder,
      AFFETTO_MIDI_JOURNAL: join(folder, 'journal'),
      AFFETTO_MIDI_PRIORITY: rank,
    },
  });
  const midi = new MidiClient(watchOver(link, { tellAfter: 60, killAfter: () => 60, onSilent: () => {} }));
  const results: BenchResult[] = [];
  const drag = setInterval(() => {
    for (const end = performance.now() + 8; performance.now() < end; );
  }, 16);
  try {
    try {
      // The parent is no better than ordinary: an app's window is not either.
      setPriority(constants.priority.PRIORITY_NORMAL);
    } catch {
      // Then it stays as it is.
    }
    const granted = (await midi.call('health')).rank;
    raise(sleeper, granted);
    await midi.call('configure', { tempo: 'daw', bpm: 200 });
    await midi.call('load', { take: { id: 'bench', name: 'bench', bars: [BAR] } });
    await midi.call('loop', { startBar: 0, bars: 1 });
    await midi.call('play', {});
    await new Promise((resolve) => setTimeout(resolve, 500));
    for (let window = 0; window < windows; window++) {
      await midi.call('resetHealth');
      await wakes(sleeper);
      const before = cpuTime(link.pid);
      const start = performance.now();
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      const { lateness } = await midi.call('health');
      const cpu = cpuTime(link.pid);
      const cpuShare = cpu === null || before === null ? null : (cpu - before) / (performance.now() - start);
      const best = results[0] && results[0].best.p99 <= lateness.p99 ? results[0].best : lateness;
      const woke = (await wakes(sleeper)).sort((a, b) => a - b);
      const at = (share: number) => woke[Math.floor(share * (woke.length - 1))] ?? Number.POSITIVE_INFINITY;
      results.unshift({
        best,
        all: lateness,
        rank: granted,
        cpuShare,
        sleeper: { p50: at(0.5), p99: at(0.99) },
      });
    }
  } finally {
    clearInterval(drag);
    await midi.call('quit').catch(() => {});
    burner.kill('SIGKILL');
    sleeper.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
  return results.reverse();
}
