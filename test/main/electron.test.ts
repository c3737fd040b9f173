import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, engineReady, generate } from '../e2e/app.ts';

const root = join(import.meta.dirname, '..', '..');
const names: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
};
const program = join(root, 'node_modules', 'electron', 'dist', names[process.platform] ?? 'electron');
const screen = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
const runs = existsSync(program) && Boolean(screen);
if (!runs && process.env.AFFETTO_ELECTRON === 'required')
  throw new Error('the real-Electron smoke test is asked for, and Electron’s program or a screen is missing');
if (!runs)
  console.warn(
    'NOT RUN: the real-Electron smoke test needs Electron’s program (npx install-electron) and a screen.',
  );

/** One after the other, as a user goes through them; runs wherever Electron's program and a screen are. */
describe.runIf(runs)('the real Electron', () => {
  const data = mkdtempSync(join(tmpdir(), 'affetto-electron-'));
  let app: ElectronApplication;
  let page: Page;

  async function launch(): Promise<void> {
    app = await _electron.launch({
      executablePath: program,
      args: [root],
      // Playwright turns the sandbox off unless told.
      chromiumSandbox: true,
      env: { ...process.env, AFFETTO_DATA: data } as Record<string, string>,
    });
    page = await app.firstWindow();
    page.setDefaultTimeout(60_000);
    await page.waitForSelector('.window');
  }
  /** The utility process that writes music, as Electron counts its own. */
  const inference = async (): Promise<number | undefined> =>
    (await app.evaluate((electron) => electron.app.getAppMetrics())).find(
      ({ name }) => name === 'Affetto inference',
    )?.pid;
  const takes = () => page.locator('.shelf li').count();

  beforeAll(async () => {
    await launch();
  }, 120_000);
  afterAll(async () => {
    await app?.close();
    rmSync(data, { recursive: true, force: true });
  });

  test('opens the window, locked down', async () => {
    expect(page.url()).toBe('app://affetto/index.html');
    expect(
      await page.evaluate(() => [typeof window.require, typeof window.process, typeof window.api?.call]),
    ).toEqual(['undefined', 'undefined', 'function']);
    await expect(
      page.evaluate(() => window.api?.call('projects.open', { id: '../x' } as never)),
    ).rejects.toThrow(/must be/);
  });

  test('writes four takes in a process of its own', { timeout: 240_000 }, async () => {
    await engineReady(page);
    expect(await inference()).toBeGreaterThan(0);
    await ask(page, { bars: 4, takes: 4 });
    await generate(page);
    expect(await takes()).toBe(4);
  });

  test('says that the engine was lost, and starts it again', { timeout: 120_000 }, async () => {
    const lost = (await inference()) as number;
    const said = page.locator('header', { hasText: 'engine restarting' }).waitFor();
    process.kill(lost, 'SIGKILL');
    await said;
    await engineReady(page);
    expect(await inference()).not.toBe(lost);
  });

  test.runIf(process.platform !== 'win32')(
    'an engine that stands still is told within five seconds and replaced within ten',
    { timeout: 120_000 },
    async () => {
      const still = (await inference()) as number;
      const said = page.locator('header', { hasText: 'engine restarting' }).waitFor();
      const stopped = performance.now();
      process.kill(still, 'SIGSTOP');
      await said;
      const told = performance.now() - stopped;
      const replaced = async (): Promise<boolean> => {
        const pid = await inference();
        return pid !== undefined && pid !== still;
      };
      while (!(await replaced())) await new Promise((resolve) => setTimeout(resolve, 100));
      const anew = performance.now() - stopped;
      console.log(`told after ${(told / 1000).toFixed(1)} s, replaced after ${(anew / 1000).toFixed(1)} s`);
      await engineReady(page);
      expect(() => process.kill(still, 0)).toThrow();
    },
  );

  test('a reload in the middle of generating loses no take', { timeout: 240_000 }, async () => {
    const before = await takes();
    await ask(page, { bars: 16, takes: 3 });
    await page.locator('.go').click();
    await page.locator('.shelf li').nth(before).waitFor();
    await page.reload();
    await page
      .locator('.shelf li')
      .nth(before + 2)
      .waitFor({ timeout: 180_000 });
    await page.locator('.go').waitFor();
    expect(await takes()).toBe(before + 3);
  });

  test('quits, and opens again where it was', { timeout: 120_000 }, async () => {
    await page.locator('header .chip', { hasText: '· saved' }).waitFor();
    const before = await takes();
    const name = () => page.locator('.shelf li.current .name').textContent();
    const current = await name();
    await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0].setBounds({ width: 1010, height: 640 }),
    );
    const shell = app.process();
    await app.close();
    expect(shell.exitCode).toBe(0);
    await launch();
    expect(await takes()).toBe(before);
    expect(await name()).toBe(current);
    expect(
      await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].getBounds()),
    ).toMatchObject({ width: 1010, height: 640 });
  });
});

declare global {
  interface Window {
    require?: unknown;
    process?: unknown;
  }
}
