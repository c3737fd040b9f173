import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Command, Io } from '../../src/cli/command.ts';
import { NEW_ASK } from '../../src/contract/document.ts';
import { outFolder } from '../../src/host/built-files.ts';
import { AffettoError, requireInput } from '../../src/model/error.ts';
import { InferenceClient } from '../../src/services/inference/client.ts';
import { forkService } from '../../src/services/process/link.ts';

export const command: Command = {
  summary: 'memory over many generations and much live music in one session',
  usage: `npm run research -- soak [--generations N] [--bars N] [--every N]

Writes N generations (default 1000, of eight bars), then N bars of live music (default 1800: an hour at 120 beats a minute),
as fast as the engine writes them, in one engine process. Tells the memory of the engine and of this process, which keeps
what the host keeps, N times over each part (--every: after so many of them).`,
  async run(args, io) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        generations: { type: 'string', default: '1000' },
        bars: { type: 'string', default: '1800' },
        every: { type: 'string', default: '50' },
      },
    });
    const [generations, bars, every] = [values.generations, values.bars, values.every].map(Number);
    requireInput(
      [generations, bars, every].every((n) => Number.isInteger(n) && n >= 0) && every > 0,
      'soak wants whole numbers',
    );
    const script = join(outFolder(), 'node', 'inference.mjs');
    const engine = new InferenceClient(
      () => forkService(script, { heard: true }),
      { engine: 'auto', model: 'affetto' },
      () => {},
    );
    try {
      await generate(engine, generations, every, io);
      await playLive(engine, bars, every, io);
      if (engine.starts > 1) throw new AffettoError('the engine was lost on the way', 'failure');
    } finally {
      engine.dispose();
    }
  },
};

async function generate(engine: InferenceClient, count: number, every: number, io: Io): Promise<void> {
  const ask = { ...NEW_ASK, bars: 8, takes: 1, bestOf: 1 };
  for (let i = 0; i < count; i++) {
    if (io.signal.aborted) return;
    if (i % every === 0) io.out(memory(engine, `generation ${i}`));
    const emotion = { valence: Math.sin(i), arousal: Math.cos(i * 0.7) };
    const bars = Array.from({ length: ask.bars }, () => emotion);
    const request = { projectId: 'soak', ask: { ...ask, emotion }, bars, seed: i, base: null };
    await engine.request('generate', request).done;
  }
  io.out(memory(engine, `generation ${count}`));
}

async function playLive(engine: InferenceClient, count: number, every: number, io: Io): Promise<void> {
  await engine.request('live.open', { ask: NEW_ASK, seed: 1, key: null }).done;
  for (let bar = 0; bar < count; bar++) {
    if (io.signal.aborted) return;
    if (bar % every === 0) io.out(memory(engine, `live bar ${bar}`));
    const emotion = { valence: Math.sin(bar / 20), arousal: Math.cos(bar / 33) };
    await engine.request('live.bar', { bar, emotion, intensity: 1 }).done;
  }
  io.out(memory(engine, `live bar ${count}`));
}

const MEGABYTE = 1024 * 1024;

function memory(engine: InferenceClient, at: string): string {
  const own = Math.round(process.memoryUsage.rss() / MEGABYTE);
  const rss =
    process.platform === 'win32'
      ? ''
      : execFileSync('ps', ['-o', 'rss=', '-p', String(engine.pid)], { encoding: 'utf8' });
  return `${at}: engine ${Math.round(Number(rss) / 1024)} MB, host ${own} MB`;
}
