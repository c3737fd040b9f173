import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron } from 'playwright-core';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const names: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
};
const program = join(root, 'node_modules', 'electron', 'dist', names[process.platform] ?? 'electron');
const screen = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;

/** Runs wherever Electron's program and a screen are; says so where they are not. */
test('the real Electron opens the window, locked down', async () => {
  if (!existsSync(program) || !screen) {
    console.warn(
      'NOT RUN: the real-Electron smoke test needs Electron’s program (npx install-electron) and a screen.',
    );
    return;
  }
  const data = mkdtempSync(join(tmpdir(), 'affetto-electron-'));
  const app = await _electron.launch({
    executablePath: program,
    args: [root],
    env: { ...process.env, AFFETTO_DATA: data } as Record<string, string>,
  });
  try {
    const page = await app.firstWindow();
    await page.waitForSelector('.window', { timeout: 60_000 });
    expect(page.url()).toBe('app://affetto/index.html');
    expect(
      await page.evaluate(() => [typeof window.require, typeof window.process, typeof window.api?.call]),
    ).toEqual(['undefined', 'undefined', 'function']);
    await expect(
      page.evaluate(() => window.api?.call('projects.open', { id: '../x' } as never)),
    ).rejects.toThrow(/must be/);
  } finally {
    await app.close();
    rmSync(data, { recursive: true, force: true });
  }
});

declare global {
  interface Window {
    require?: unknown;
    process?: unknown;
  }
}
