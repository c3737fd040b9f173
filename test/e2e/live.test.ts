import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LiveBar, LivePosition, LiveState } from '../../src/contract/live.ts';
import { GRACE_MS } from '../../src/host/live/presence.ts';
import { engineReady, startApp, type TestApp } from './app.ts';

interface Told {
  event: 'live.bar' | 'live.state' | 'live.position';
  payload: unknown;
}

/** Lets a page note what the host tells of live music, and every string of the piano that is struck. */
async function listen(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const notes = { told: [] as Told[], struck: 0 };
    Object.assign(globalThis, { notes });
    const { start } = AudioBufferSourceNode.prototype;
    AudioBufferSourceNode.prototype.start = function (...args) {
      notes.struck++;
      start.apply(this, args);
    };
    globalThis.WebSocket = class extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        this.addEventListener('message', ({ data }) => {
          const message = JSON.parse(data);
          if (message.event?.startsWith('live.')) notes.told.push(message);
        });
      }
    };
  });
  await page.reload();
  await page.waitForSelector('.window');
}

const told = (page: Page): Promise<Told[]> =>
  page.evaluate(() => (globalThis as unknown as { notes: { told: Told[] } }).notes.told);
const struck = (page: Page): Promise<number> =>
  page.evaluate(() => (globalThis as unknown as { notes: { struck: number } }).notes.struck);
const state = async (page: Page): Promise<LiveState> =>
  (await told(page)).filter(({ event }) => event === 'live.state').at(-1)!.payload as LiveState;
const barNow = async (page: Page): Promise<number> =>
  ((await told(page)).filter(({ event }) => event === 'live.position').at(-1)?.payload as LivePosition)
    ?.bar ?? -1;

async function until(what: string, holds: () => Promise<boolean>, ms = 120_000): Promise<void> {
  for (const end = Date.now() + ms; !(await holds()); await new Promise((done) => setTimeout(done, 100)))
    if (Date.now() > end) throw new Error(`in vain: ${what}`);
}

describe('live without MIDI', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    await listen(app.page);
    await engineReady(app.page);
    await app.page.locator('h1').click();
  });
  afterAll(() => app?.close());

  test('a key starts it: it is heard through the piano and seen in the lanes', async () => {
    const { page } = app;
    await page.keyboard.press('g');
    await page.getByRole('region', { name: 'Live' }).waitFor();
    await until('a sound', async () => (await struck(page)) > 0);
    await until('the second bar', async () => (await barNow(page)) >= 1);
    expect((await state(page)).phase).toBe('playing');
    expect(await page.locator('[data-lane=pitch]').getAttribute('aria-label')).not.toContain('empty');
  });

  test('the pad turns it: what has sounded stays, later bars are of the new emotion', async () => {
    const { page } = app;
    const before = (await told(page)).length;
    await page.keyboard.press('6');
    const isSad = ({ event, payload }: Told) =>
      event === 'live.bar' && (payload as LiveBar).emotion.valence < -0.5;
    let turned: LiveBar | undefined;
    await until('a bar of the new emotion', async () => {
      turned = (await told(page)).find(isSad)?.payload as LiveBar | undefined;
      return turned !== undefined;
    });
    const all = await told(page);
    const sounding = all.slice(0, all.findIndex(isSad)).filter(({ event }) => event === 'live.position');
    const { bar } = sounding.at(-1)!.payload as LivePosition;
    expect(turned!.index).toBeGreaterThanOrEqual(bar);
    expect(turned!.index).toBeLessThanOrEqual(bar + 2);
    await until('that bar to sound', async () => (await barNow(page)) >= turned!.index + 1);
    const later = (await told(page)).slice(before).filter(({ event }) => event === 'live.bar');
    const after = later
      .map(({ payload }) => payload as LiveBar)
      .filter(({ index }) => index >= turned!.index);
    const last = new Map(after.map((one) => [one.index, one.emotion.valence]));
    expect([...last.values()].every((valence) => valence < -0.5)).toBe(true);
  });

  test('what was heard can be kept as a clip', async () => {
    const { page } = app;
    await page.getByLabel('Bars that Keep takes').selectOption({ label: '4 bars' });
    await page.getByRole('button', { name: 'Keep', exact: true }).click();
    await page.locator('.shelf li', { hasText: 'Live 1' }).waitFor();
    await until('it to be saved', async () => app.saved().clips.length === 1);
    const [clip] = app.saved().clips;
    const bars = clip.piece.barBeats.length;
    expect(bars).toBeGreaterThan(1);
    expect(bars).toBeLessThanOrEqual(4);
    expect(clip.asked).toHaveLength(bars);
    expect(clip.asked!.at(-1)!.valence).toBeLessThan(-0.5);
    expect(clip.piece.notes.length).toBeGreaterThan(0);
  });

  test('a zoom made on it is none of the clip’s', async () => {
    const { page } = app;
    const part = page.getByRole('scrollbar');
    for (let i = 0; i < 3; i++) await page.getByLabel('Zoom in').click();
    await part.waitFor();
    await page.keyboard.press('g');
    await page.getByRole('region', { name: 'Live' }).waitFor({ state: 'detached' });
    await part.waitFor({ state: 'detached' });
    await page.keyboard.press('g');
    await page.getByRole('region', { name: 'Live' }).waitFor();
    await part.waitFor();
  });

  test('a window that is loaded again finds it, and can stop it', async () => {
    const { page } = app;
    await page.reload();
    const strip = page.getByRole('region', { name: 'Live' });
    await strip.waitFor();
    await until('it to go on', async () => (await barNow(page)) > 1);
    await page.locator('h1').click();
    await until('the piano to go on', async () => (await struck(page)) > 0);
    await strip.getByRole('button', { name: 'Stop' }).click();
    await strip.waitFor({ state: 'detached' });
    const [strikes, events] = [await struck(page), (await told(page)).length];
    await page.waitForTimeout(3000);
    expect([await struck(page), (await told(page)).length]).toEqual([strikes, events]);
    expect((await state(page)).phase).toBe('off');
  });

  test('it ends a while after the last window was closed', async () => {
    const { page, url } = app;
    await page.getByRole('button', { name: 'Live', exact: true }).click();
    await until('the first bar', async () => (await barNow(page)) >= 0);
    await page.goto('about:blank');
    await page.waitForTimeout(GRACE_MS + 1500);
    await page.goto(url);
    await page.waitForSelector('.window');
    expect(await page.getByRole('button', { name: 'Live', exact: true }).getAttribute('aria-pressed')).toBe(
      'false',
    );
    await page.waitForTimeout(1000);
    expect((await told(page)).filter(({ event }) => event === 'live.position')).toEqual([]);
  });
});

describe('live into a MIDI port', () => {
  let app: TestApp;
  const wires = mkdtempSync(join(tmpdir(), 'affetto-wires-'));
  beforeAll(async () => {
    app = await startApp({ env: { AFFETTO_MIDI_WIRE: wires } });
    await listen(app.page);
    await engineReady(app.page);
  });
  afterAll(async () => {
    await app?.close();
    rmSync(wires, { recursive: true });
  });

  /** Bytes of every message that the port was sent. */
  const sent = (): number[][] =>
    readFileSync(join(wires, 'Affetto Out.wire'), 'utf8')
      .trim()
      .split('\n')
      .map((line) =>
        line
          .split(' ')
          .slice(1)
          .map((byte) => Number.parseInt(byte, 16)),
      );

  test('a killed engine is said and started again, the music goes on; in the end no note is left sounding', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Live', exact: true }).click();
    await until('the second bar', async () => (await barNow(page)) >= 1);
    app.killInference();
    const strip = page.getByRole('region', { name: 'Live' });
    await strip.getByText(/engine stopped and is starting again/).waitFor();
    const then = await barNow(page);
    await until(
      'new bars',
      async () => (await state(page)).phase === 'playing' && (await barNow(page)) > then + 2,
    );
    await page.keyboard.press('Space');
    await strip.waitFor({ state: 'detached' });
    await page.waitForTimeout(500);
    const messages = sent();
    const sounding = new Map<number, number>();
    for (const [status, pitch, velocity] of messages) {
      if ((status & 0xf0) === 0x90 && velocity > 0) sounding.set(pitch, (sounding.get(pitch) ?? 0) + 1);
      else if ((status & 0xe0) === 0x80) sounding.delete(pitch);
    }
    expect(messages.filter(([status]) => (status & 0xf0) === 0x90).length).toBeGreaterThan(10);
    expect([...sounding.keys()]).toEqual([]);
  });
});
