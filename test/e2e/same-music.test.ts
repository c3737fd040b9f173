import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from './app.ts';
import { compose } from './compose.ts';

const root = join(import.meta.dirname, '..', '..');
const FILES = ['config.json', 'weights.safetensors', 'checksums.json'];
const golden = (name: string): string => join(root, 'test', 'fixtures', 'golden', name);
const shipped = join(root, 'resources', 'models', 'affetto');
const folders: [string, string][] = [
  ['affetto, tiny', golden('affetto')],
  ['muser-paper, tiny', golden('muser-paper')],
  ...(existsSync(join(shipped, 'weights.safetensors')) ? [['affetto', shipped] as [string, string]] : []),
];

let browser: Browser;
let script: string;

beforeAll(async () => {
  browser = await launchBrowser();
  const entryPoints = [join(root, 'test', 'e2e', 'compose.ts')];
  const built = await build({ entryPoints, bundle: true, format: 'iife', target: 'es2023', write: false });
  script = built.outputFiles[0].text;
}, 120_000);
afterAll(() => browser?.close());

/** The same in a page; localhost, as a browser lets only trusted pages compute checksums. */
async function composeInBrowser(folder: string): Promise<string[]> {
  const page = await browser.newPage();
  try {
    await page.route('http://localhost/**', (route) => {
      const file = new URL(route.request().url()).pathname.slice(1);
      if (FILES.includes(file)) return route.fulfill({ body: readFileSync(join(folder, file)) });
      return route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>compose</title>' });
    });
    await page.goto('http://localhost/');
    await page.addScriptTag({ content: script });
    return await page.evaluate(async (names) => {
      const read = async (name: string) => new Uint8Array(await (await fetch(`/${name}`)).arrayBuffer());
      const pairs = await Promise.all(names.map(async (name) => [name, await read(name)] as const));
      const { compose } = globalThis as unknown as {
        compose: (name: string, files: Record<string, Uint8Array>) => Promise<string[]>;
      };
      return compose('model', Object.fromEntries(pairs));
    }, FILES);
  } finally {
    await page.close();
  }
}

describe('the same seed in Node and in Chromium', () => {
  it.each(folders)('gives the same words: %s', { timeout: 240_000 }, async (_, folder) => {
    const files = Object.fromEntries(
      FILES.map((file) => [file, new Uint8Array(readFileSync(join(folder, file)))]),
    );
    const here = await compose('model', files);
    expect(here).toHaveLength(5);
    expect(await composeInBrowser(folder)).toEqual(here);
  });
});
