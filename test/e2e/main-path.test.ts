import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importPiece } from '../../src/model/music/import.ts';
import { parseMidi } from '../../src/model/music/midi-in.ts';
import { ask, engineReady, generate, startApp, type TestApp } from './app.ts';
import { tuneFile } from './midi.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await engineReady(app.page);
});
afterAll(() => app?.close());

describe('the way from a feeling to a file', () => {
  test('the first start invites, and says nothing is wrong', async () => {
    const { page } = app;
    await page.getByText('Move the point to a feeling.').waitFor();
    expect(await page.locator('.toast.trouble').count()).toBe(0);
    expect(page.url()).not.toContain('#');
  });

  test('four emotions give four takes that ask for what was pressed', async () => {
    const { page } = app;
    await ask(page, { bars: 4, takes: 1, seed: 7 });
    for (const key of ['1', '4', '6', '8']) {
      await page.locator('.pad').click({ position: { x: 3, y: 3 }, trial: true });
      await page.keyboard.press(key);
      await generate(page);
    }
    await app.settled();
    const { clips } = app.saved();
    expect(clips.map((clip) => clip.kind)).toEqual(['take', 'take', 'take', 'take']);
    expect(clips.map((clip) => clip.piece.barBeats.length)).toEqual([4, 4, 4, 4]);
    expect(clips[0].asked?.[0].arousal).toBeGreaterThan(0.5);
    expect(clips[2].asked?.[0].valence).toBeLessThan(-0.5);
    expect(clips.every((clip) => clip.seed === 7 && clip.piece.notes.length > 0)).toBe(true);
  });

  test('the same seed and emotion give the same music', async () => {
    const { page } = app;
    await page.keyboard.press('8');
    await generate(page);
    await app.settled();
    const { clips } = app.saved();
    expect(clips[4].piece).toEqual(clips[3].piece);
  });

  test('a drawn path asks for another emotion in every bar', async () => {
    const { page } = app;
    await page.getByLabel('Draw a path').click();
    const box = (await page.locator('.pad').boundingBox())!;
    await page.mouse.move(box.x + 40, box.y + box.height - 40);
    await page.mouse.down();
    for (let i = 1; i <= 12; i++)
      await page.mouse.move(box.x + 40 + i * 12, box.y + box.height - 40 - i * 12);
    await page.mouse.up();
    await page.getByLabel('Draw a path').click();
    await generate(page);
    await app.settled();
    const { asked } = app.saved().clips[5];
    expect(asked).toHaveLength(4);
    expect(asked![3].valence - asked![0].valence).toBeGreaterThan(0.3);
    expect(asked![3].arousal - asked![0].arousal).toBeGreaterThan(0.3);
    await page.getByRole('button', { name: 'Clear' }).click();
  });

  test('lock and re-roll: only the velocities change, and undo brings them back', async () => {
    const { page } = app;
    const before = app.current().piece;
    await page.getByLabel('Re-roll Velocity').click();
    await page.waitForFunction(
      () => !document.querySelector('.progress') && document.querySelector('.compare:not(:disabled)'),
    );
    await app.settled();
    const after = app.current().piece;
    const without = (piece: typeof before) =>
      piece.notes.map(({ step, pitch, duration }) => [step, pitch, duration]);
    expect(without(after)).toEqual(without(before));
    expect(after.notes.map((note) => note.velocity)).not.toEqual(before.notes.map((note) => note.velocity));
    expect(after.chords).toEqual(before.chords);
    await page.keyboard.press('Control+z');
    await app.settled();
    expect(app.current().piece).toEqual(before);
  });

  test('chosen bars are renewed, the others stay to the note', async () => {
    const { page } = app;
    const before = app.current().piece;
    await page.getByLabel(/^Bars/).first().focus();
    const ruler = (await page.locator('.scale canvas').boundingBox())!;
    await page.mouse.move(ruler.x + ruler.width * 0.3, ruler.y + 20);
    await page.mouse.down();
    await page.mouse.move(ruler.x + ruler.width * 0.45, ruler.y + 20, { steps: 4 });
    await page.mouse.up();
    await page.getByRole('button', { name: /Renew bars? 2/ }).waitFor();
    await generate(page);
    await app.settled();
    const { clips } = app.saved();
    const after = clips[clips.length - 1].piece;
    const outside = (piece: typeof before) => piece.notes.filter((note) => note.step < 16 || note.step >= 32);
    expect(outside(after)).toEqual(outside(before));
    await page.keyboard.press('Escape');
  });

  test('a MIDI file comes in, lends an element by drag, and undo takes it back', async () => {
    const { page } = app;
    await page
      .locator('.drop input[type=file]')
      .setInputFiles([tuneFile('tune one.mid', 4), tuneFile('tune two.mid', 4, 64)]);
    await page.getByText('2 clips were opened.').waitFor();
    const target = page.locator('li', { hasText: 'tune one' });
    const { saved } = app;
    await page.locator('.lane', { hasText: 'Pitch' }).locator('.name').dragTo(target);
    await page.locator('.lane', { hasText: 'Pitch' }).locator('.source.mixed').waitFor();
    await app.settled();
    const clip = saved().clips.find((one) => one.name === 'tune one')!;
    expect(clip.mix.pitch?.amount).toBe(100);
    expect(clip.before?.notes.length).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'After' }).click();
    await page.locator('.corner strong').waitFor();
    await page.keyboard.press('b');
    await page.keyboard.press('Control+z');
    await app.settled();
    const restored = saved().clips.find((one) => one.name === 'tune one')!;
    expect(restored.mix.pitch).toBeUndefined();
    expect(restored.piece.notes).toEqual(clip.before!.notes);
  });

  test('an exported file is the clip again when it is opened', async () => {
    const { page } = app;
    await page.locator('li', { hasText: 'tune two' }).locator('.name').click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Control+e')]);
    expect(download.suggestedFilename()).toBe('tune-two.mid');
    const bytes = new Uint8Array(readFileSync((await download.path())!));
    const again = importPiece(parseMidi(bytes, 'again'), { grid: 'file' }).piece;
    await app.settled();
    const { piece } = app.current();
    expect(again.notes.map(({ step, pitch }) => [step, pitch])).toEqual(
      piece.notes.map(({ step, pitch }) => [step, pitch]),
    );
    expect(again.tempos[0].bpm).toBeCloseTo(piece.tempos[0].bpm, 1);
  });

  test('notes are drawn, moved by keys and deleted', async () => {
    const { page } = app;
    const count = app.current().piece.notes.length;
    const roll = page.locator('[data-lane=pitch]');
    const box = (await roll.boundingBox())!;
    await page.mouse.dblclick(box.x + box.width * 0.53, box.y + 12);
    await app.settled();
    expect(app.current().piece.notes).toHaveLength(count + 1);
    await roll.focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Delete');
    await app.settled();
    expect(app.current().piece.notes).toHaveLength(count);
  });
});
