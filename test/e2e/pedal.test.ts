import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Clip } from '../../src/contract/document.ts';
import { ask, engineReady, generate, startApp, type TestApp } from './app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await engineReady(app.page);
  await ask(app.page, { bars: 6, takes: 2, seed: 21 });
  await app.page.getByRole('combobox', { name: 'Best of' }).selectOption('1');
});
afterAll(() => app?.close());

const clips = async (): Promise<readonly Clip[]> => {
  await app.settled();
  return app.saved().clips;
};
const current = async (): Promise<Clip> => {
  await app.settled();
  return app.current();
};
/** Colours in a lane's picture: one alone is an empty lane. */
const coloursIn = (lane: string): Promise<number> =>
  app.page
    .locator(`[data-lane=${lane}] canvas`)
    .first()
    .evaluate((canvas: HTMLCanvasElement) => {
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d')!;
      copy.drawImage(canvas, 0, 0);
      const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
      const seen = new Set<number>();
      for (let i = 0; i < data.length; i += 4)
        if (data[i + 3] > 0) seen.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
      return seen.size;
    });

test('takes come with a pedal, which has a lane of its own', async () => {
  await generate(app.page);
  for (const { piece } of await clips()) {
    expect(piece.pedal!.length).toBeGreaterThan(1);
    expect(piece.notes.some(({ offset }) => offset)).toBe(true);
  }
  await app.page.getByRole('group', { name: 'Pedal', exact: true }).waitFor();
  expect(await app.page.locator('[data-lane=pedal]').getAttribute('aria-label')).toContain('sustain pedal');
  await expect.poll(() => coloursIn('pedal')).toBeGreaterThan(2);
});

test('it is written anew alone, and undone', async () => {
  const before = await current();
  await app.page.getByRole('button', { name: 'Re-roll Pedal' }).click();
  await expect.poll(async () => (await current()).piece.pedal).not.toEqual(before.piece.pedal);
  expect((await current()).piece.notes).toEqual(before.piece.notes);
  await app.page.getByRole('button', { name: /^Undo/ }).click();
  expect((await current()).piece.pedal).toEqual(before.piece.pedal);
});

test('it is taken from another take, left out, and locked against generating', async () => {
  const own = await current();
  const other = (await clips()).find(({ id }) => id !== own.id)!;
  await app.page.getByLabel('Pedal comes from').selectOption(other.id);
  await expect.poll(async () => (await current()).piece.pedal).toEqual(other.piece.pedal);
  await app.page.getByRole('button', { name: 'Leave the new Pedal out' }).click();
  await expect.poll(async () => (await current()).piece.pedal).toEqual(own.piece.pedal);

  await app.page.getByRole('button', { name: 'Lock Pedal' }).click();
  await ask(app.page, { takes: 1 });
  await generate(app.page);
  const renewed = (await current()).piece;
  expect(renewed.pedal).toEqual(own.piece.pedal);
  expect(renewed.notes).not.toEqual(own.piece.notes);
  await app.page.getByRole('button', { name: 'Lock Pedal' }).click();
});

test('without pedal and timing the music stands on the grid', async () => {
  const { page } = app;
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('checkbox', { name: 'Sustain pedal' }).uncheck();
  await page.getByRole('slider', { name: /^Timing/ }).fill('0');
  await generate(page);
  const { piece, ask: asked } = await current();
  expect(asked).toMatchObject({ pedal: false, timing: 0 });
  expect(piece.pedal).toBeUndefined();
  expect(piece.notes.every(({ offset }) => offset === undefined)).toBe(true);
});
