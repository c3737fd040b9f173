import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export interface TorchFigures {
  readonly recurrent: { readonly wordsPerSecond: number };
  /** The published sampler's way: every position of the window again for every word. */
  readonly recompute: { readonly wordsPerSecond: number; readonly window: number };
  readonly torch: string;
}

/** PyTorch on the same weights; a sentence that says why where there is no Python with torch. */
export async function benchTorch(folder: string, wordsPerBeat: number): Promise<TorchFigures | string> {
  const script = join('training', 'muser', 'bench_baseline.py');
  if (!existsSync(script)) return `${script} is not here`;
  const python = process.env.AFFETTO_PYTHON ?? (process.platform === 'win32' ? 'python' : 'python3');
  const args = [
    '-m',
    'training.muser.bench_baseline',
    '--model',
    folder,
    '--words-a-beat',
    wordsPerBeat.toFixed(2),
  ];
  const { code, out, err } = await collect(python, args);
  if (code !== 0)
    return `${python}: ${err.trim().split('\n').pop() || `exit code ${code}`} (set AFFETTO_PYTHON)`;
  return JSON.parse(out) as TorchFigures;
}

/** Runs a program to its end. */
export function collect(
  file: string,
  args: readonly string[],
): Promise<{ code: number; out: string; err: string }> {
  return new Promise((done) => {
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.on('data', (data) => {
      out += data;
    });
    child.stderr.on('data', (data) => {
      err += data;
    });
    child.on('error', (error) => done({ code: 1, out, err: error.message }));
    child.on('close', (code) => done({ code: code ?? 1, out, err }));
  });
}
