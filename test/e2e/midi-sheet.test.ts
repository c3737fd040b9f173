import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engineReady, startApp, type TestApp } from './app.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe('the MIDI sheet, with a port', () => {
  let app: TestApp;
  const wires = mkdtempSync(join(tmpdir(), 'affetto-wires-'));
  beforeAll(async () => {
    app = await startApp({ env: { AFFETTO_MIDI_WIRE: wires } });
    await engineReady(app.page);
    await app.page.getByTitle('MIDI ports, sync and health').click();
    await app.page.getByText('Sending to Affetto Out.').waitFor();
  });
  afterAll(async () => {
    await app?.close();
    rmSync(wires, { recursive: true });
  });

  test('routing is changed, used, and there again after a reload', async () => {
    const { page } = app;
    const open = () => page.getByText('Channels, range, touch, emotion as controllers').click();
    await open();
    await page.getByLabel('Channel', { exact: true }).fill('7');
    await page.getByLabel('Channel', { exact: true }).press('Tab');
    await page.getByLabel('Valence CC').fill('20');
    await page.getByLabel('Valence CC').press('Tab');
    await page.getByRole('button', { name: 'Send a test note' }).click();
    await expect
      .poll(() => readFileSync(join(wires, 'Affetto Out.wire'), 'utf8'), { timeout: 10_000 })
      .toMatch(/ 96 [0-9a-f]{2} [0-9a-f]{2}\n/);
    await page.reload();
    await page.getByTitle('MIDI ports, sync and health').click();
    await open();
    expect(await page.getByLabel('Channel', { exact: true }).inputValue()).toBe('7');
    expect(await page.getByLabel('Valence CC').inputValue()).toBe('20');
  });

  test('a controller is waited for, and the waiting can be ended', async () => {
    const { page } = app;
    await page.getByText('Knobs and pads that control Affetto').click();
    const learn = page.getByRole('button', { name: 'Learn a controller for Arousal' });
    await learn.click();
    await page.getByText('Waiting …').waitFor();
    await learn.click();
    await page.getByText('Waiting …').waitFor({ state: 'detached' });
    expect(await page.getByRole('button', { name: 'Forget the controller of Arousal' }).isDisabled()).toBe(
      true,
    );
  });

  test('tells how late messages were, and has no serious fault', async () => {
    const { page } = app;
    await page.getByText('Set up your DAW').click();
    await page.getByRole('combobox', { name: 'DAW', exact: true }).selectOption('Logic Pro');
    expect(await page.getByRole('dialog').locator('ol li').count()).toBeGreaterThan(1);
    await page.getByText('How late messages were sent').waitFor();
    await page.evaluate(axe);
    const found = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; impact: string }[] }> };
      };
      return (await axe.run()).violations.filter(
        ({ impact }) => impact === 'serious' || impact === 'critical',
      );
    });
    expect(found.map(({ id }) => id)).toEqual([]);
  });
});
