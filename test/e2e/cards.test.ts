import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, engineReady, generate, startApp, type TestApp } from './app.ts';
import { tuneFile } from './midi.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await engineReady(app.page);
  await ask(app.page, { bars: 4, takes: 2, seed: 11 });
  await generate(app.page);
  await app.page.locator('.shelf li').nth(1).waitFor();
});
afterAll(() => app?.close());

describe('a card in the shelf', () => {
  test('plays its clip from the start and stops it; Enter on it does, too', async () => {
    const { page } = app;
    const card = page.locator('.shelf li:not(.current)').first();
    const name = (await card.locator('.name').textContent()) ?? '';
    await card.getByRole('button', { name: `Play ${name}` }).click();
    await page.locator('li.current', { hasText: name }).waitFor();
    await page
      .locator('li.current')
      .getByRole('button', { name: `Stop ${name}` })
      .click();
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    await page.locator('li.current .name').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Stop', exact: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
  });

  test('asks for a step calmer: a new take with the chords it had, to be heard before and after', async () => {
    const { page } = app;
    await app.settled();
    const before = app.current();
    const count = await page.locator('.shelf li').count();
    await page.locator('li.current .nudges').getByRole('button', { name: 'calmer' }).click();
    await page.locator('.shelf li').nth(count).waitFor({ timeout: 180_000 });
    await page.locator('.go').waitFor();
    await app.settled();
    const after = app.current();
    expect(after.id).not.toBe(before.id);
    expect(after.renewed?.elements).toEqual(['tempo', 'barBeat', 'type', 'duration', 'velocity']);
    expect(after.piece.chords).toEqual(before.piece.chords);
    expect(after.before?.notes).toEqual(before.piece.notes);
    expect(after.asked![0].arousal).toBeLessThan(before.heard!.emotion.arousal);
    const turn = page.getByRole('button', { name: 'Before or after' });
    await turn.click();
    await page.locator('.corner strong', { hasText: 'Before' }).waitFor();
    await turn.click();
    await page.locator('.corner strong').waitFor({ state: 'detached' });
  });

  test('says so where everything that carries the step is locked', async () => {
    const { page } = app;
    for (const lane of ['Chord', 'Pitch']) await page.getByLabel(`Lock ${lane}`).click();
    await page.locator('li.current .nudges').getByRole('button', { name: 'darker' }).click();
    await page.locator('.toast', { hasText: 'All that makes it darker is locked' }).waitFor();
    for (const lane of ['Chord', 'Pitch']) await page.getByLabel(`Lock ${lane}`).click();
  });

  test('is dragged out as a MIDI file from anywhere on it, and onto a lane', async () => {
    const { page } = app;
    const card = page.locator('.shelf li:not(.current)').first();
    const name = (await card.locator('.name').textContent())!;
    await card.hover();
    const carried = await page.waitForFunction(
      (li) => {
        const dataTransfer = new DataTransfer();
        const from = li!.querySelector('canvas')!;
        from.dispatchEvent(new DragEvent('dragstart', { bubbles: true, cancelable: true, dataTransfer }));
        return dataTransfer.getData('DownloadURL') || null;
      },
      await card.elementHandle(),
    );
    const [, fileName, data] = /^audio\/midi:([^:]+):data:audio\/midi;base64,(.*)$/.exec(
      (await carried.jsonValue())!,
    )!;
    expect(fileName).toBe(`${name.replace(' ', '-')}.mid`);
    expect(Buffer.from(data, 'base64').subarray(0, 4).toString()).toBe('MThd');
    await card.dragTo(page.locator('[data-lane=velocity]'));
    await page.locator('.source.mixed').waitFor();
    await page.keyboard.press('Control+z');
    await page.locator('.source.mixed').waitFor({ state: 'detached' });
  });

  test('is in sight when it is new, however many there are', async () => {
    const { page } = app;
    const files = Array.from({ length: 10 }, (_, i) => tuneFile(`tune ${i}.mid`, 2));
    await page.locator('.drop input[type=file]').setInputFiles(files);
    await page.locator('.toast', { hasText: '10 clips were opened' }).waitFor();
    for (let i = 0; i < 12; i++) await page.keyboard.press(']');
    const card = (await page.locator('li.current').boundingBox())!;
    const drop = (await page.locator('.drop').boundingBox())!;
    expect(card.y + card.height).toBeLessThanOrEqual(drop.y);
  });
});

describe('the pad', () => {
  test('draws a path until that is left: by Escape, after the stroke', async () => {
    const { page } = app;
    const draw = page.getByLabel('Draw a path');
    await page.keyboard.press('p');
    await page.locator('.pad.drawing').waitFor();
    const { x, y, width } = (await page.locator('.pad').boundingBox())!;
    await page.mouse.move(x + width * 0.2, y + width * 0.8);
    await page.mouse.down();
    await page.mouse.move(x + width * 0.8, y + width * 0.2, { steps: 9 });
    await page.mouse.up();
    expect(await draw.getAttribute('aria-pressed')).toBe('true');
    await page.keyboard.press('Escape');
    await page.locator('.pad.drawing').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Clear' }).click();
  });

  test('shows where the bar under the pointer is heard, and the one that sounds', async () => {
    const { page } = app;
    await page.locator('.shelf li .name').first().click();
    const box = (await page.getByRole('application', { name: /^Bars/ }).boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.4, box.y + 8);
    await page.locator('.pad i.heard').waitFor();
    await page.locator('.pad i.wanted').waitFor();
    await page.mouse.move(box.x + 200, box.y + 300);
    await page.locator('.pad i.heard').waitFor({ state: 'detached' });
    await page.keyboard.press('Space');
    await page.locator('.pad i.heard').waitFor();
    await page.keyboard.press('Space');
    await page.locator('.pad i.heard').waitFor({ state: 'detached' });
  });
});
