import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProjectDocument } from '../../src/contract/document.ts';
import { engineReady, startApp, type TestApp } from './app.ts';
import { performanceFile, tuneFile } from './midi.ts';

const full = join(tmpdir(), `affetto-full-${process.pid}`);
let app: TestApp;
beforeAll(async () => {
  const patch = join(import.meta.dirname, 'full-disk.mjs');
  app = await startApp({ env: { NODE_OPTIONS: `--import=${patch}`, AFFETTO_TEST_FULL: full } });
  await engineReady(app.page);
});
afterAll(async () => {
  rmSync(full, { force: true });
  await app?.close();
});

const folder = () => join(app.data, 'projects');
const songs = (): ProjectDocument[] =>
  readdirSync(folder())
    .filter((file) => file.endsWith('.affetto'))
    .map((file) => JSON.parse(readFileSync(join(folder(), file), 'utf8')));
const song = (name: string) => songs().find((one) => one.name === name);
const drop = (page: Page, file: { name: string; mimeType: string; buffer: Buffer }) =>
  page.locator('.drop input[type=file]').setInputFiles([file]);
const state = (page: Page, word: string) => page.locator('header .chip', { hasText: `· ${word}` }).waitFor();
const menu = (page: Page) => page.locator('header .chip').first().click();

async function rename(page: Page, name: string): Promise<void> {
  await menu(page);
  await page.getByLabel('Name of the song').fill(name);
  await page.keyboard.press('Enter');
  // Not by Escape: a question that comes up would be put aside with it.
  await page.evaluate(() => document.getElementById('project-menu')?.hidePopover());
}

/** Another window of the same browser on the same host. */
async function secondWindow(): Promise<Page> {
  const page = await app.page.context().newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(app.url);
  await page.waitForSelector('.window');
  return page;
}

describe('a file whose beats were read wrong', () => {
  const strip = () => app.page.locator('section[aria-label^="How "]');
  const changed = async (act: () => Promise<unknown>) => {
    const before = JSON.stringify(app.current().source);
    await act();
    await strip().locator('.busy').waitFor({ state: 'detached' });
    await app.settled();
    expect(JSON.stringify(app.current().source)).not.toBe(before);
    return app.current();
  };

  test('shows what was decided', async () => {
    const { page } = app;
    await drop(page, performanceFile('by hand.mid', 104, 8));
    await strip()
      .getByText(/^A performance; its beats were found/)
      .waitFor();
    await app.settled();
    expect(app.current().source).toMatchObject({ grid: 'track', fileName: 'by hand.mid' });
    expect(Math.abs(Math.log2((app.current().source?.bpm ?? 0) / 104) % 1)).toBeLessThan(0.1);
  });

  test('is read again at half the tempo, in three, shifted, in free time; undo goes back', async () => {
    const { page } = app;
    await page.getByLabel('Rename by hand').click();
    await page.getByLabel('Name of the clip').fill('evening');
    await page.keyboard.press('Enter');
    await app.settled();
    const first = app.current();
    const half = await changed(() => page.getByRole('radio', { name: 'Half the tempo' }).check());
    expect(half.source?.bpm).toBeCloseTo((first.source?.bpm ?? 0) / 2, 0);
    expect([half.name, half.id]).toEqual(['evening', first.id]);
    const waltz = await changed(() => page.getByRole('radio', { name: 'Three beats a bar' }).check());
    expect(new Set(waltz.piece.barBeats)).toEqual(new Set([3]));
    const later = await changed(() => page.getByLabel('Bar lines a beat later').click());
    expect(later.source?.correction.shiftBeats).toBe(1);
    const free = await changed(() => strip().getByLabel('Beats', { exact: true }).selectOption('free'));
    expect(free.source).toMatchObject({ grid: 'free', certainty: 0 });
    await strip().getByText('In free time').waitFor();
    const own = await changed(() => strip().getByLabel('Beats', { exact: true }).selectOption('file'));
    expect(own.source?.grid).toBe('file');
    for (let i = 0; i < 5; i++) await page.keyboard.press('Control+z');
    await app.settled();
    expect(app.current()).toEqual(first);
  });

  test('can be corrected after a reload, and when its file is gone from here', async () => {
    const { page } = app;
    await page.reload();
    await page.waitForSelector('.window');
    expect(await strip().count()).toBe(0);
    await page.getByLabel('Correct the beats of evening').click();
    await changed(() => page.getByRole('radio', { name: 'Twice the tempo' }).check());
    rmSync(join(app.data, 'sources'), { recursive: true });
    await page.getByLabel('Bar lines a beat earlier').click();
    await strip().getByText('by hand.mid is no longer kept here').waitFor();
    await changed(() =>
      strip()
        .locator('input[type=file]')
        .setInputFiles([performanceFile('by hand.mid', 104, 8)]),
    );
    expect(app.current().source?.correction.shiftBeats).toBe(-1);
    expect(await strip().getByRole('alert').count()).toBe(0);
    await page.getByLabel('Done with the beats of evening').click();
  });

  test('says what of it could not be read as it stands, before and after a reload', async () => {
    const { page } = app;
    const buffer = readFileSync('test/fixtures/midi-cases/eot_trailing_byte.mid');
    await drop(page, { name: 'old.kar', mimeType: 'audio/midi', buffer });
    const said = () =>
      strip().getByText(/^Passed over or set right in the file: bytes after the end of a track/);
    await said().waitFor();
    await app.settled();
    expect(app.current().source?.passedOver).toEqual(['bytes after the end of a track']);
    await page.reload();
    await page.getByLabel('Correct the beats of old').click();
    await said().waitFor();
    await page.getByLabel('Done with the beats of old').click();
    await page.getByLabel('Delete old', { exact: true }).click();
    await app.settled();
  });
});

describe('two windows on one song', () => {
  test('the other window follows a change, and undo there goes back for both', async () => {
    const { page } = app;
    await rename(page, 'Shared');
    await state(page, 'saved');
    const two = await secondWindow();
    await two.getByText('Shared').first().waitFor();
    await drop(page, tuneFile('added.mid', 2));
    await two.locator('.shelf li', { hasText: 'added' }).waitFor();
    await two.locator('.lane').first().click();
    await two.keyboard.press('Control+z');
    await page.locator('.shelf li', { hasText: 'added' }).waitFor({ state: 'detached' });
    await two.close();
  });

  /** What another Affetto on this computer would do to the song's file. */
  function changeOnDisk(name: string): void {
    const doc = song(name)!;
    writeFileSync(join(folder(), `${doc.id}.affetto`), JSON.stringify({ ...doc, clips: [] }));
  }
  const dialog = () => app.page.getByRole('dialog', { name: 'This song was changed in another window' });

  test('when both changed it, nothing is written over, and mine can be kept as a copy', async () => {
    const { page } = app;
    changeOnDisk('Shared');
    await rename(page, 'Mine');
    await dialog().waitFor();
    await state(page, 'changed elsewhere');
    expect(song('Shared')?.clips).toEqual([]);
    await dialog().getByRole('button', { name: 'Keep mine as a copy' }).click();
    await dialog().waitFor({ state: 'detached' });
    await state(page, 'saved');
    expect(song('Mine (copy)')?.clips.map(({ name }) => name)).toEqual(['evening']);
    expect(song('Shared')?.clips).toEqual([]);
  });

  test('the other one can be shown, and undo brings mine back', async () => {
    const { page } = app;
    changeOnDisk('Mine (copy)');
    await rename(page, 'Two');
    await dialog().getByRole('button', { name: 'Show the other one' }).click();
    await page.locator('header .chip', { hasText: 'Mine (copy) · saved' }).waitFor();
    expect(await page.locator('.shelf li').count()).toBe(0);
    await page.getByLabel('Undo', { exact: true }).click();
    await page.locator('header .chip', { hasText: 'Two · saved' }).waitFor();
    expect(song('Two')?.clips.map(({ name }) => name)).toEqual(['evening']);
  });

  test('deleted there: it can be kept here', async () => {
    const { page } = app;
    rmSync(join(folder(), `${song('Two')!.id}.affetto`));
    await rename(page, 'Kept');
    await page.getByRole('dialog', { name: 'This song was deleted in another window' }).waitFor();
    await page.getByRole('button', { name: 'Keep it' }).click();
    await state(page, 'saved');
    expect(song('Kept')?.clips).toHaveLength(1);
  });
});

describe('songs', () => {
  const dialog = () => app.page.getByRole('dialog', { name: 'Songs' });
  const openSheet = async () => {
    await menu(app.page);
    await app.page.getByRole('button', { name: /^All songs/ }).click();
    await dialog().waitFor();
  };

  test('are renamed, deleted and brought back', async () => {
    const { page } = app;
    await openSheet();
    await dialog().getByLabel('Rename Shared').click();
    await dialog().getByLabel('Name of the song').fill('Morning');
    await page.keyboard.press('Enter');
    await dialog()
      .getByRole('button', { name: /^Morning/ })
      .waitFor();
    expect(song('Morning')?.clips).toEqual([]);
    await dialog().getByLabel('Delete Morning').click();
    await dialog()
      .getByText(/0 clips · kept until/)
      .waitFor();
    expect(song('Morning')).toBeUndefined();
    await dialog().getByRole('button', { name: 'Bring back Morning' }).click();
    await dialog().getByLabel('Rename Morning').waitFor();
    expect(song('Morning')?.clips).toEqual([]);
  });

  test('the open one can be deleted: the last of the others opens', async () => {
    const { page } = app;
    await dialog().getByLabel('Delete Kept').click();
    await page.locator('header .chip', { hasText: 'Morning' }).waitFor();
    await dialog().getByRole('button', { name: 'Delete … Kept' }).click();
    await dialog().getByRole('button', { name: 'Delete for good' }).click();
    await dialog().getByRole('list', { name: 'Deleted songs' }).waitFor({ state: 'detached' });
  });

  test('that cannot be read are listed with the reason', async () => {
    const newer = '{"format":"affetto-project","version":99,"name":"From tomorrow"}';
    writeFileSync(join(folder(), 'newer.affetto'), newer);
    await app.page.keyboard.press('Escape');
    await openSheet();
    await dialog()
      .getByText(/saved by a newer Affetto .* Update Affetto to open it/)
      .waitFor();
    expect(
      await dialog()
        .getByRole('button', { name: /^From tomorrow/ })
        .isDisabled(),
    ).toBe(true);
    await app.page.keyboard.press('Escape');
  });
});

describe('trouble with the disk', () => {
  test('a full disk: said with a way on, another song is not opened over it, saved when there is room', async () => {
    const { page } = app;
    await drop(page, tuneFile('room.mid', 2));
    await page.locator('.shelf li', { hasText: 'room' }).waitFor();
    await state(page, 'saved');
    writeFileSync(full, '');
    await rename(page, 'No room');
    await page.locator('.toast.trouble', { hasText: 'Could not save “No room”: the disk is full' }).waitFor();
    const [copy] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save a copy …', exact: true }).click(),
    ]);
    expect(copy.suggestedFilename()).toBe('No room.affetto');
    await menu(page);
    await page.getByRole('button', { name: 'New song' }).click();
    await page.locator('.toast.trouble', { hasText: 'so it stays open' }).waitFor();
    expect(await page.locator('header .chip').first().textContent()).toContain('No room');
    rmSync(full);
    await state(page, 'saved');
    expect(song('No room')?.clips).toHaveLength(1);
  });

  test('a damaged song gives its last readable version at the start, and says so', async () => {
    const { page } = app;
    const { id } = song('No room')!;
    writeFileSync(join(folder(), `${id}.affetto`), '{"format":');
    await page.evaluate(() => location.reload());
    await page.getByText(/damaged.*An earlier version of it was opened/).waitFor();
    expect(readdirSync(folder())).toContain(`${id}.affetto.damaged`);
  });
});
