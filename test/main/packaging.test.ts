import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const { electron } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies as {
  electron: string;
};
const builder = join(root, 'node_modules', 'electron-builder', 'cli.js');
/** Where Electron's program keeps its fuses: a mark, a version, a length, one letter each ('0' off, '1' on). */
const MARK = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const FUSES = Buffer.concat([Buffer.from(MARK), Buffer.from([1, 8]), Buffer.from('10110001')]);

let work: string;
let packed: string;

/**
 * Packs for Linux against a stand-in runtime (platform notes in docs/decisions.md): what lies in the package, and that
 * it loads and writes music, can be checked wherever Electron's program can't be fetched.
 */
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'affetto-pack-'));
  const runtime = join(work, 'runtime');
  mkdirSync(join(runtime, 'locales'), { recursive: true });
  mkdirSync(join(runtime, 'resources'));
  writeFileSync(join(runtime, 'electron'), Buffer.concat([Buffer.from('#!/bin/sh\n'), FUSES]));
  chmodSync(join(runtime, 'electron'), 0o755);
  for (const file of ['version', 'LICENSE', 'LICENSES.chromium.html', 'locales/en-US.pak'])
    writeFileSync(join(runtime, file), electron);
  writeFileSync(join(runtime, 'chrome_crashpad_handler'), '');
  run(process.execPath, ['scripts/build.mjs']);
  run(process.execPath, [join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js'), 'build']);
  run(process.execPath, [
    builder,
    '--linux',
    'dir',
    '--publish',
    'never',
    `-c.electronDist=${runtime}`,
    `-c.electronVersion=${electron}`,
    `-c.directories.output=${join(work, 'dist')}`,
  ]);
  packed = join(work, 'dist', 'linux-unpacked', 'resources');
}, 400_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

function run(program: string, args: string[]): void {
  const result = spawnSync(program, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 });
  if (result.status !== 0)
    throw new Error(
      `${args[0]} failed (${result.signal ?? result.status}, ${result.error?.message ?? ''}):\n${result.stdout}\n${result.stderr}`,
    );
}

describe('the package', () => {
  test('holds the window, the preload, the services and nothing of the sources', () => {
    const asar = join(root, 'node_modules', '@electron', 'asar', 'bin', 'asar.js');
    const list = execFileSync(process.execPath, [asar, 'list', join(packed, 'app.asar')], {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
    const files = list.split('\n');
    for (const file of [
      '/out/main/main.js',
      '/out/preload/preload.cjs',
      '/out/renderer/index.html',
      '/out/node/inference.mjs',
      '/out/node/midi.mjs',
      '/node_modules/easymidi/package.json',
    ]) {
      expect(files).toContain(file);
    }
    expect(files.filter((file) => /^\/(src|test|training|scripts)\//.test(file))).toEqual([]);
    expect(
      files.filter((file) => /^\/node_modules\/(svelte|vite|electron|typescript|tone)\//.test(file)),
    ).toEqual([]);
  });

  test('has its fuses set: no plain Node, no debugging flags, only the archive, and that unchanged', () => {
    const program = readFileSync(join(packed, '..', 'affetto'));
    const at = program.indexOf(MARK) + MARK.length + 2;
    expect(program.subarray(at, at + 8).toString()).toBe('01001100');
  });

  test('has the natives and WASM outside the archive, and the models beside it', () => {
    expect(existsSync(join(packed, 'app.asar.unpacked', 'node_modules', '@julusian', 'midi'))).toBe(true);
    expect(existsSync(join(packed, 'models', 'recogniser', 'weights.safetensors'))).toBe(true);
    expect(existsSync(join(packed, 'models', 'muser-paper'))).toBe(false);
  });

  test('its inference process starts from the unpacked archive and writes music', () => {
    const app = join(work, 'app');
    const asar = join(root, 'node_modules', '@electron', 'asar', 'bin', 'asar.js');
    execFileSync(process.execPath, [asar, 'extract', join(packed, 'app.asar'), app]);
    const models = join(work, 'models');
    cpSync(join(packed, 'models'), models, { recursive: true });
    if (!existsSync(join(models, 'affetto', 'weights.safetensors'))) {
      cpSync(join(root, 'test', 'fixtures', 'golden', 'affetto'), join(models, 'affetto'), {
        recursive: true,
      });
    }
    const script = `
      const { fork } = require('node:child_process');
      const child = fork(${JSON.stringify(join(app, 'out', 'node', 'inference.mjs'))}, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
      const emotion = { valence: 0.5, arousal: 0.3 };
      const ask = { emotion, path: null, intensity: 1, bars: 2, beatsPerBar: 4, key: null, tempo: null, follow: 'none', chords: 'free', progression: '', low: null, high: null, voices: null, density: null, temperature: 1, takes: 1, seed: 1 };
      child.on('message', (message) => {
        if (message.id === 1 && message.result) child.send({ id: 2, request: 'generate', params: { projectId: 'p', ask, bars: [emotion, emotion], seed: 1, base: null } });
        if (message.take) console.log(JSON.stringify({ bars: message.take.piece.barBeats.length }));
        if (message.error) { console.error(message.error.message); process.exit(1); }
        if (message.id === 2 && message.result) child.disconnect();
      });
      child.send({ id: 1, request: 'configure', params: { engine: 'auto', model: 'affetto' } });`;
    const out = execFileSync(process.execPath, ['-e', script], {
      encoding: 'utf8',
      env: { ...process.env, AFFETTO_MODELS: models },
    });
    expect(JSON.parse(out.trim())).toEqual({ bars: 2 });
  }, 120_000);
});
