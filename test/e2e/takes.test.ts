import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Clip } from '../../src/contract/document.ts';
import { diffPieces } from '../../src/renderer/compare/diff.ts';
import { ask, engineReady, generate, startApp, type TestApp } from './app.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await engineReady(app.page);
  await ask(app.page, { bars: 4, takes: 2, seed: 11 });
  await choose('Best of', '1');
});
afterAll(() => app?.close());

const choose = (name: string, value: string) => app.page.getByRole('combobox', { name }).selectOption(value);
async function fill(name: string, value: string): Promise<void> {
  const field = app.page.getByRole('textbox', { name, exact: true });
  await field.fill(value);
  await field.press('Tab');
}
const takes = async (): Promise<Clip[]> => {
  await app.settled();
  return app.saved().clips;
};
const roots = (clip: Clip): (number | undefined)[] => clip.piece.chords.map(({ chord }) => chord?.root);
const pitches = (clip: Clip): number[] => clip.piece.notes.map(({ pitch }) => pitch);
/** Notes of the bars of four beats in or outside [from, to). */
const notesOf = (clip: Clip, inside: boolean, [from, to]: [number, number]) =>
  clip.piece.notes.filter(({ step }) => (step >= from * 16 && step < to * 16) === inside);

describe('what the generator can be asked', () => {
  test('a chord it does not know is said where it is typed, and nothing is written', async () => {
    const { page } = app;
    await choose('Chords', 'typed');
    await page.getByLabel('Chord progression').fill('Am Hm C G');
    await page.getByText("'Hm' is no chord we know").waitFor();
    expect(await page.getByLabel('Chord progression').getAttribute('aria-invalid')).toBe('true');
    await page.locator('.go').click();
    await page.locator('.toast.trouble', { hasText: 'Hm' }).waitFor();
    expect(await page.locator('.shelf li').count()).toBe(0);
    await page.locator('.toast.trouble').getByRole('button').click();
  });

  test('a range that is upside down is said at its fields', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'More' }).click();
    await fill('Lowest', 'C5');
    await fill('Highest', 'C3');
    await page.locator('#range-problem').waitFor();
    await fill('Lowest', 'what');
    await page.getByText('like C3, F♯5').waitFor();
    await fill('Lowest', 'C3');
    await fill('Highest', 'C6');
    expect(await page.locator('#range-problem').count()).toBe(0);
  });

  test('chords, range and tempo are in the music, and on the take', async () => {
    const { page } = app;
    await page.getByLabel('Chord progression').fill('Am F C G');
    await page.getByText('4 bars of chords · A minor').waitFor();
    await fill('Tempo', '90');
    await generate(page);
    const clips = await takes();
    expect(clips).toHaveLength(2);
    for (const clip of clips) {
      expect(roots(clip)).toEqual([9, 5, 0, 7]);
      expect(Math.min(...pitches(clip))).toBeGreaterThanOrEqual(48);
      expect(Math.max(...pitches(clip))).toBeLessThanOrEqual(84);
      expect(clip.piece.tempos).toEqual([{ beat: 0, bpm: 90 }]);
      expect(clip.ask).toMatchObject({
        chords: 'typed',
        progression: 'Am F C G',
        low: 48,
        high: 84,
        tempo: 90,
      });
    }
    await page.locator('li.current p', { hasText: 'Am | F | C | G' }).waitFor();
  });

  test('a reload finds the settings, shown as they were', async () => {
    const { page } = app;
    await page.reload();
    await engineReady(page);
    expect(await page.getByRole('textbox', { name: 'Lowest', exact: true }).inputValue()).toBe('C3');
    expect(await page.getByLabel('Chord progression').inputValue()).toBe('Am F C G');
    await page.getByRole('button', { name: 'Less' }).waitFor();
  });

  test('new music over the chords of this clip, in another metre', async () => {
    const { page } = app;
    await choose('Chords', 'keep');
    await choose('Beats a bar', '3');
    await choose('Ending', 'none');
    await ask(page, { takes: 1 });
    await generate(page);
    const clip = (await takes())[2];
    expect(roots(clip)).toEqual([9, 5, 0, 7]);
    expect(clip.piece.barBeats).toEqual([3, 3, 3, 3]);
    expect(clip.ask).toMatchObject({ chords: 'typed', beatsPerBar: 3, ending: 'none' });
  });
});

test('a take chosen from several tells from how many and why', async () => {
  const { page } = app;
  await choose('Chords', 'free');
  await choose('Best of', '3');
  await generate(page);
  await choose('Best of', '1');
  const clips = await takes();
  const made = clips[clips.length - 1];
  expect(made.chosen!.written).toBeGreaterThanOrEqual(3);
  await page.locator('li.current p', { hasText: `best of ${made.chosen!.written}` }).waitFor();
  expect(clips[0].chosen).toBeUndefined();
  await page.getByLabel(`Delete ${made.name}`).click();
  // The message brings back what it tells of, not the last step.
  await choose('Best of', '2');
  await page.locator('.toast', { hasText: 'was deleted' }).getByRole('button', { name: 'Undo' }).click();
  await app.settled();
  expect(app.saved().clips).toEqual(clips);
  expect(app.saved().ask.bestOf).toBe(2);
  await choose('Best of', '1');
});

describe('a take made again', () => {
  test('its settings come back into the generator, and undo takes them out', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Back to the usual' }).click();
    await choose('Chords', 'free');
    await page.getByRole('button', { name: /^Take 1,/ }).click();
    const card = page.locator('li.current');
    await card.getByRole('button', { name: 'Reuse' }).click();
    await page.locator('.toast', { hasText: 'settings of Take 1' }).waitFor();
    await app.settled();
    const { seed, takes: many, ...reused } = app.saved().ask;
    expect(reused.ending).toBeUndefined();
    expect(reused).toMatchObject({
      chords: 'typed',
      progression: 'Am F C G',
      low: 48,
      high: 84,
      beatsPerBar: 4,
    });
    expect(many).toBe(1);
    const told = page.locator('.toast', { hasText: 'settings of Take 1' });
    await told.getByRole('button', { name: 'Undo' }).click();
    await app.settled();
    expect(app.saved().ask).toMatchObject({ chords: 'free', low: null });
  });

  test('the same settings with the next seed that no take has', async () => {
    const { page } = app;
    const before = await takes();
    const count = await page.locator('.shelf li').count();
    await page.locator('li.current').getByRole('button', { name: 'Again' }).click();
    await page.locator('.shelf li').nth(count).waitFor({ timeout: 120_000 });
    await page.locator('.go').waitFor();
    const clips = await takes();
    const made = clips[clips.length - 1];
    expect(before.map(({ seed }) => seed)).not.toContain(made.seed);
    expect(made.ask).toEqual(before[0].ask && { ...before[0].ask, takes: 1 });
    expect(roots(made)).toEqual([9, 5, 0, 7]);
  });

  test('chosen bars keep to the range, and the others stay note for note', async () => {
    const { page } = app;
    await page.getByRole('button', { name: /^Take 1,/ }).click();
    await fill('Lowest', 'C4');
    await page.getByRole('application', { name: /^Bars:/ }).focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'Shift+ArrowRight']) await page.keyboard.press(key);
    await page.getByRole('button', { name: /Renew bars 2–3/ }).waitFor();
    await generate(page);
    const clips = await takes();
    const [source, made] = [clips[0], clips[clips.length - 1]];
    expect(made.renewed).toMatchObject({ clipId: source.id, fromBar: 1, toBar: 3 });
    expect(notesOf(made, false, [1, 3])).toEqual(notesOf(source, false, [1, 3]));
    expect(notesOf(made, true, [1, 3])).not.toEqual(notesOf(source, true, [1, 3]));
    expect(Math.min(...notesOf(made, true, [1, 3]).map(({ pitch }) => pitch))).toBeGreaterThanOrEqual(60);
  });
});

describe('two takes compared', () => {
  const legend = () => app.page.locator('.compare .title [role=status]');
  const hears = (letter: string) =>
    app.page.getByRole('button', { name: new RegExp(`^Hear ${letter},`), pressed: true }).waitFor();

  test('a take partly written anew stands beside the one it came from, with what differs', async () => {
    const { page } = app;
    await page.locator('li.current').getByRole('button', { name: 'Compare' }).click();
    await page.getByRole('main', { name: 'Two clips compared' }).waitFor();
    const clips = await takes();
    const [source, made] = [clips[0], clips[clips.length - 1]];
    expect(await page.getByLabel('Clip A', { exact: true }).inputValue()).toBe(made.id);
    expect(await page.getByLabel('Clip B', { exact: true }).inputValue()).toBe(source.id);
    const diff = diffPieces(made.piece, source.piece);
    const said = (await legend().textContent()) ?? '';
    expect(said).toContain('Bars 2–3 differ.');
    expect(said).toContain(`only A ${diff.onlyA.size}, B ${diff.onlyB.size}`);
    expect(said).toContain(`same ${diff.same.size}`);
    expect(diff.same.size).toBeGreaterThan(0);
    await page.getByRole('cell', { name: /anew in bars 2–3/ }).waitFor();
  });

  test('one key hears the other at the same place while it plays', async () => {
    const { page } = app;
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.keyboard.press('c');
    await hears('A');
    await page.keyboard.press('Home');
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Stop', exact: true }).waitFor();
    const place = async (): Promise<number> => {
      const [bar, beat, sixteenth] = ((await page.getByRole('timer').textContent()) ?? '')
        .split('.')
        .map(Number);
      return (bar - 1) * 16 + (beat - 1) * 4 + sixteenth - 1;
    };
    await page.waitForFunction(() => !document.querySelector('[role=timer]')?.textContent?.startsWith('1.1'));
    const before = await place();
    await page.keyboard.press('b');
    await hears('B');
    const after = await place();
    expect(after).toBeGreaterThanOrEqual(before);
    expect(after - before).toBeLessThan(12);
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await app.settled();
    expect(app.current().name).toBe('Take 1');
  });

  test('a click on another take puts it in the place of the one that is heard', async () => {
    const { page } = app;
    const other = await page.getByLabel('Clip A', { exact: true }).inputValue();
    await page.getByRole('button', { name: /^Take 2,/ }).click();
    const second = (await takes()).find(({ name }) => name === 'Take 2')!;
    expect(await page.getByLabel('Clip B', { exact: true }).inputValue()).toBe(second.id);
    expect(await page.getByLabel('Clip A', { exact: true }).inputValue()).toBe(other);
    await page.getByLabel('Clip A', { exact: true }).selectOption({ label: 'Take 1' });
    await page.getByLabel('Clip A', { exact: true }).selectOption({ label: 'Take 2' });
    expect(await page.getByLabel('Clip B', { exact: true }).locator('option:checked').textContent()).toBe(
      'Take 1',
    );
    await hears('A');
  });

  test('lanes are chosen; a lane that is the same says so', async () => {
    const { page } = app;
    const lanes = page.getByRole('group', { name: 'Lanes to compare' });
    await lanes.getByRole('button', { name: /Tempo/ }).click();
    await page.getByRole('group', { name: 'Tempo, the same in both' }).waitFor();
    expect(await page.locator('[data-compare]').count()).toBe(8);
    await lanes.getByRole('button', { name: /Tempo/ }).click();
    expect(await page.locator('[data-compare]').count()).toBe(6);
  });

  test.each([
    ['dark', 1280, 800],
    ['light', 960, 600],
  ] as const)('%s, %i x %i: all in sight, and no serious fault', async (colorScheme, width, height) => {
    const { page } = app;
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height });
    await page.waitForTimeout(250);
    for (const side of ['a', 'b']) {
      const box = (await page.locator(`[data-compare="pitch-${side}"]`).boundingBox())!;
      expect(box.height).toBeGreaterThan(50);
      expect(box.y + box.height).toBeLessThanOrEqual(height);
    }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide).toBeLessThanOrEqual(0);
    await page.evaluate(axe);
    const faults = await page.evaluate(async () => {
      type Found = { violations: { id: string; impact: string; nodes: { target: string[] }[] }[] };
      const { violations } = await (window as unknown as { axe: { run(): Promise<Found> } }).axe.run();
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
    });
    expect(faults).toEqual([]);
  });

  test('live music takes the lanes, and nothing is compared until it stops', async () => {
    const { page } = app;
    const live = page.getByRole('button', { name: 'Live', exact: true });
    await live.click();
    await page.getByRole('main', { name: 'Elements' }).waitFor();
    await page.getByRole('button', { name: 'Compare' }).first().click();
    await page.locator('.toast', { hasText: 'Stop it to compare' }).waitFor();
    await live.click();
    await page.getByRole('region', { name: 'Live' }).waitFor({ state: 'detached' });
    await page.keyboard.press('c');
    await page.getByRole('main', { name: 'Two clips compared' }).waitFor();
  });

  test('Escape closes it and the keys go on where they were', async () => {
    const { page } = app;
    await page.keyboard.press('Escape');
    await page.getByRole('main', { name: 'Elements' }).waitFor();
    await page.keyboard.press('c');
    await page.getByRole('main', { name: 'Two clips compared' }).waitFor();
    await page.getByLabel('Stop comparing').click();
    await page.getByRole('main', { name: 'Elements' }).waitFor();
  });
});
