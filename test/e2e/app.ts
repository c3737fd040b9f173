import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { Clip, ProjectDocument } from '../../src/contract/document.ts';

const root = join(import.meta.dirname, '..', '..');
const CHROMIUM = process.env.AFFETTO_CHROMIUM ?? '/usr/bin/chromium';

/** The app as a user has it: `affetto serve` and a browser, on data of its own. */
export interface TestApp {
  page: Page;
  data: string;
  url: string;
  server: ChildProcess;
  /** The project as it lies on disk. */
  saved(): ProjectDocument;
  current(): Clip;
  /** Waits until nothing is left to save. */
  settled(): Promise<void>;
  /** Kills the inference process as the system would. */
  killInference(): void;
  close(): Promise<void>;
}

/** The shipped weights, or the tiny random ones of the golden tests where none are shipped. */
function modelsFor(data: string): string {
  const real = join(root, 'resources', 'models');
  if (existsSync(join(real, 'affetto', 'weights.safetensors'))) return real;
  const models = join(data, 'models');
  mkdirSync(models, { recursive: true });
  if (existsSync(real)) cpSync(real, models, { recursive: true });
  cpSync(join(root, 'test', 'fixtures', 'golden', 'affetto'), join(models, 'affetto'), { recursive: true });
  return models;
}

async function startServer(
  data: string,
  extra: Record<string, string> = {},
): Promise<{ server: ChildProcess; url: string }> {
  const env = { ...process.env, AFFETTO_DATA: data, AFFETTO_MODELS: modelsFor(data), ...extra };
  const args = [join(root, 'bin', 'affetto.mjs'), 'serve', '--no-open', '--json'];
  const server = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const url = await new Promise<string>((resolve, reject) => {
    let [out, err] = ['', ''];
    server.stdout.on('data', (chunk) => {
      out += chunk;
      const line = out.split('\n').find((text) => text.startsWith('{"url"'));
      if (line) resolve(JSON.parse(line).url);
    });
    server.stderr.on('data', (chunk) => {
      err += chunk;
    });
    server.once('exit', (code) => reject(new Error(`affetto serve ended with ${code}: ${err}`)));
  });
  return { server, url };
}

export async function launchBrowser(): Promise<Browser> {
  const args = ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'];
  return chromium.launch({ executablePath: CHROMIUM, args });
}

export async function startApp(
  options: { width?: number; height?: number; scheme?: 'dark' | 'light'; env?: Record<string, string> } = {},
): Promise<TestApp> {
  const { width = 1280, height = 800, scheme = 'dark' } = options;
  const data = mkdtempSync(join(tmpdir(), 'affetto-e2e-'));
  const { server, url } = await startServer(data, options.env);
  const browser = await launchBrowser();
  const context: BrowserContext = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    acceptDownloads: true,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(url);
  await page.waitForSelector('.window');
  const saved = (): ProjectDocument => {
    const folder = join(data, 'projects');
    const files = readdirSync(folder).filter((file) => file.endsWith('.affetto'));
    return JSON.parse(readFileSync(join(folder, files[0]), 'utf8'));
  };
  return {
    page,
    data,
    url,
    server,
    saved,
    current: () => {
      const project = saved();
      return project.clips.find((clip) => clip.id === project.currentId) as Clip;
    },
    settled: async () => {
      await page.waitForTimeout(700);
      await page.waitForFunction(() =>
        document.querySelector('header .chip')?.textContent?.includes('· saved'),
      );
    },
    killInference: () => {
      const children = execFileSync('ps', ['--ppid', String(server.pid), '-o', 'pid=,args='], {
        encoding: 'utf8',
      });
      const line = children.split('\n').find((text) => text.includes('inference.mjs'));
      process.kill(Number.parseInt(line ?? '', 10), 'SIGKILL');
    },
    close: async () => {
      await browser.close();
      const runs = server.exitCode === null && server.signalCode === null;
      server.kill('SIGTERM');
      if (runs) await new Promise((resolve) => server.once('exit', resolve));
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** Waits until the engine says that it is ready. */
export const engineReady = (page: Page) =>
  page.waitForFunction(() => /on simd/.test(document.querySelector('header')?.textContent ?? ''));

/** Sets the length and the number of takes by their fields. */
export async function ask(
  page: Page,
  fields: { bars?: number; takes?: number; seed?: number },
): Promise<void> {
  for (const [label, value] of Object.entries(fields)) {
    const field = page.getByLabel(label[0].toUpperCase() + label.slice(1), { exact: true });
    await field.fill(String(value));
    await field.press('Enter');
    await field.blur();
  }
}

/** Presses Generate and waits until every take is there; a short take may come before its progress could be seen. */
export async function generate(page: Page): Promise<void> {
  const cards = page.locator('.shelf li');
  const before = await cards.count();
  await page.locator('.go').click();
  await cards.nth(before).waitFor({ timeout: 180_000 });
  await page.locator('.go').waitFor({ timeout: 180_000 });
}
