import { afterEach, beforeEach, expect, test, vi } from 'vitest';

// Nothing is drawn here: what the compiler makes of the list is a plain one.
vi.stubGlobal('$state', { raw: (value: unknown) => value });
const { Notices } = await import('../../../src/renderer/shared/notices.svelte.ts');

let notices: InstanceType<typeof Notices>;
beforeEach(() => {
  vi.useFakeTimers();
  notices = new Notices();
});
afterEach(() => void vi.useRealTimers());
const texts = () => notices.list.map(({ text }) => text);

test('trouble goes by itself, later than news, and the later the more there is to read', () => {
  notices.tell('saved');
  notices.fail(new Error('short trouble'));
  notices.fail(new Error(`long trouble ${'x'.repeat(200)}`));
  vi.advanceTimersByTime(7000);
  expect(texts()).toHaveLength(2);
  vi.advanceTimersByTime(7000);
  expect(texts()).toHaveLength(1);
  vi.advanceTimersByTime(20_000);
  expect(texts()).toEqual([]);
});

test('what is pointed at stays, and goes once it is left', () => {
  notices.fail(new Error('trouble'));
  const [{ id }] = notices.list;
  notices.hold(id);
  vi.advanceTimersByTime(60_000);
  expect(texts()).toEqual(['Trouble']);
  notices.release(id);
  vi.advanceTimersByTime(60_000);
  expect(texts()).toEqual([]);
});

test('trouble that offers a way out stays until it is taken or put away', () => {
  const run = vi.fn();
  notices.fail(new Error('no room'), { label: 'Save as a file', run });
  vi.advanceTimersByTime(600_000);
  expect(texts()).toEqual(['No room']);
  notices.act(notices.list[0]);
  expect(run).toHaveBeenCalledOnce();
  expect(texts()).toEqual([]);
});
