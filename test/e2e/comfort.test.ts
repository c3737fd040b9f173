import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ask, engineReady, generate, startApp, type TestApp } from './app.ts';
import { tuneFile } from './midi.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await engineReady(app.page);
});
afterAll(() => app?.close());
beforeEach(() => app.page.setViewportSize({ width: 1280, height: 800 }));

/** Drags files (or text) over something and lets them fall. */
async function drop(selector: string, files: { name: string; base64: string }[], text = ''): Promise<void> {
  await app.page.evaluate(
    ([target, list, words]) => {
      const dataTransfer = new DataTransfer();
      for (const { name, base64 } of list) {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        dataTransfer.items.add(new File([bytes], name));
      }
      if (words) dataTransfer.setData('text/plain', words);
      const element = document.querySelector(target) as Element;
      for (const type of ['dragover', 'drop'])
        element.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    },
    [selector, files, text] as const,
  );
}

const tune = (name: string, bars: number) => ({
  name,
  base64: tuneFile(name, bars).buffer.toString('base64'),
});

describe('files that are dropped', () => {
  test('several at once become clips, wherever they fall', async () => {
    const { page } = app;
    await drop('main', [tune('one.mid', 4), tune('two.mid', 8)]);
    await page.locator('.shelf li', { hasText: 'two' }).waitFor();
    expect(await page.locator('.shelf li').count()).toBe(2);
    await page.locator('.toast', { hasText: '2 clips were opened' }).waitFor();
  });

  test('on an open sheet they are opened, and the sheet makes room', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Keys', exact: true }).click();
    await page.locator('dialog').waitFor();
    await drop('dialog', [tune('three.mid', 4)]);
    await page.locator('dialog').waitFor({ state: 'detached' });
    await page.locator('.shelf li', { hasText: 'three' }).waitFor();
  });

  test('another kind is refused by name; text changes nothing', async () => {
    const { page } = app;
    const count = await page.locator('.shelf li').count();
    await drop('aside', [{ name: 'song.wav', base64: 'UklGRg==' }]);
    await page.locator('.toast', { hasText: 'song.wav is neither a MIDI file' }).waitFor();
    await drop('main', [], 'http://example.invalid/');
    expect(page.url()).toContain('127.0.0.1');
    expect(await page.locator('.shelf li').count()).toBe(count);
    expect(await page.locator('.veil').count()).toBe(0);
  });
});

describe('fields and sliders', () => {
  test('a double click puts a slider back to the usual, and undo takes it back', async () => {
    const { page } = app;
    const arousal = page.getByRole('slider', { name: /^Arousal/ });
    const before = await arousal.inputValue();
    expect(Number(before)).not.toBe(0);
    await arousal.dblclick();
    expect(await arousal.inputValue()).toBe('0');
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    expect(await arousal.inputValue()).not.toBe('0');
  });

  test('a number goes up and down by arrows, pages and the wheel, from what is typed', async () => {
    const { page } = app;
    const bars = page.getByLabel('Bars', { exact: true });
    await bars.fill('20');
    await bars.press('ArrowUp');
    expect(await bars.inputValue()).toBe('21');
    await bars.press('PageUp');
    await bars.press('Shift+ArrowDown');
    await bars.press('PageDown');
    expect(await bars.inputValue()).toBe('11');
    await bars.hover();
    await page.mouse.wheel(0, -100);
    await page.waitForFunction(() => (document.activeElement as HTMLInputElement).value === '12');
    await page.getByLabel('Takes', { exact: true }).hover();
    await page.mouse.wheel(0, -100);
    expect(await page.getByLabel('Takes', { exact: true }).inputValue()).toBe('4');
    await bars.fill('900');
    await bars.press('Enter');
    expect(await bars.inputValue()).toBe('64');
  });
});

describe('the panels', () => {
  test('are as wide as they are made, also after a reload, and as usual after a double click', async () => {
    const { page } = app;
    const splitter = page.getByRole('separator', { name: 'Width of the takes panel' });
    const width = async () => Math.round((await page.locator('.shelf').first().boundingBox())!.width);
    const usual = await width();
    const { x, y } = (await splitter.boundingBox())!;
    await page.mouse.move(x + 3, y + 300);
    await page.mouse.down();
    await page.mouse.move(x - 57, y + 300, { steps: 4 });
    await page.mouse.up();
    expect(await width()).toBe(usual + 60);
    await splitter.press('ArrowRight');
    expect(await width()).toBe(usual + 44);
    await page.waitForTimeout(300);
    await page.reload();
    await page.waitForSelector('.window');
    expect(await width()).toBe(usual + 44);
    await splitter.dblclick();
    expect(await width()).toBe(usual);
  });

  test('a lane is as high as it is made, by hand or key, after a reload, and as usual after a double click', async () => {
    const { page } = app;
    const edge = page.getByRole('separator', { name: 'Height of Velocity' });
    const height = async () =>
      Math.round((await page.locator('.lane', { hasText: 'Velocity' }).boundingBox())!.height);
    const usual = await height();
    const { x, y } = (await edge.boundingBox())!;
    await page.mouse.move(x + 300, y + 3);
    await page.mouse.down();
    await page.mouse.move(x + 300, y + 43, { steps: 4 });
    await page.mouse.up();
    expect(await height()).toBe(usual + 40);
    await edge.press('ArrowUp');
    expect(await height()).toBe(usual + 24);
    await page.waitForTimeout(300);
    await page.reload();
    await page.waitForSelector('.window');
    await edge.waitFor();
    expect(await height()).toBe(usual + 24);
    await edge.dblclick();
    expect(await height()).toBe(usual);
    const beyond = await page
      .locator('.scroller')
      .evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight);
    expect(beyond).toBe(0);
  });

  test('with chords typed, nothing of the generator has to be scrolled to at 960 x 600', async () => {
    const { page } = app;
    await page.setViewportSize({ width: 960, height: 600 });
    await page.getByRole('combobox', { name: 'Chords' }).selectOption('typed');
    const chords = page.getByLabel('Chord progression');
    await chords.fill('Am | F | C | G');
    await chords.press('Tab');
    const foot = (await page.locator('footer').boundingBox())!.y;
    const top = (await page.locator('aside').boundingBox())!.y;
    expect((await page.locator('.pad').boundingBox())!.y).toBeGreaterThanOrEqual(top);
    const go = (await page.locator('.go').boundingBox())!;
    expect(go.y + go.height).toBeLessThanOrEqual(foot);
    for (const part of [page.getByLabel(/^Best of/), page.getByRole('button', { name: /^More/ })]) {
      const box = (await part.boundingBox())!;
      expect(box.y + box.height).toBeLessThanOrEqual(go.y);
    }
    await page.getByRole('button', { name: /^More/ }).click();
    await page.getByRole('slider', { name: /^Adventure/ }).scrollIntoViewIfNeeded();
    const still = (await page.locator('.go').boundingBox())!;
    expect(still.y + still.height).toBeLessThanOrEqual(foot);
    await page.getByRole('button', { name: /^Less/ }).click();
    await page.getByRole('combobox', { name: 'Chords' }).selectOption('free');
  });
});

describe('bars written anew', () => {
  test('are the best of several, from the seed that is shown; the seed can be taken again', async () => {
    const { page } = app;
    await page.locator('.shelf li .name', { hasText: 'two' }).click();
    const bars = page.getByRole('application', { name: /^Bars:/ });
    await bars.focus();
    await page.keyboard.press('ArrowRight');
    await ask(page, { takes: 1, seed: 41 });
    await page.getByLabel(/^Best of/).selectOption('3');
    await page.locator('.go', { hasText: 'Renew bars' }).waitFor();
    await generate(page);
    await page.locator('li.current', { hasText: 'best of 3' }).waitFor();
    await app.settled();
    const { chosen, seed, renewed, piece } = app.current();
    expect([chosen?.written, seed]).toEqual([3, 41]);
    const original = app.saved().clips.find((clip) => clip.name === 'two')!.piece;
    const outside = ({ notes }: typeof piece) =>
      notes.filter(({ step }) => step < 16 * renewed!.fromBar || step >= 16 * renewed!.toBar);
    expect(outside(piece)).toEqual(outside(original));
    await ask(page, { seed: 7 });
    await page
      .locator('li.current')
      .getByRole('button', { name: /seed|^41/ })
      .click();
    await page.locator('.toast', { hasText: 'Seed 41 is in place' }).waitFor();
    expect(await page.getByLabel('Seed', { exact: true }).inputValue()).toBe('41');
  });
});

// The last one: it ends the server.
describe('a host that is gone', () => {
  test('is said, with a way to keep the song', async () => {
    const { page, server } = app;
    server.kill('SIGKILL');
    const banner = page.getByRole('alert').filter({ hasText: 'Affetto does not answer' });
    await banner.waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      banner.getByRole('button', { name: 'Save a copy' }).click(),
    ]);
    const song = JSON.parse(readFileSync((await download.path())!, 'utf8'));
    expect(song.clips.map(({ name }: { name: string }) => name)).toContain('two');
  });
});
