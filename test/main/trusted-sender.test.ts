import { describe, expect, test, vi } from 'vitest';

vi.mock('electron', () => ({ app: {}, protocol: {} }));
const { isTrustedSender } = await import('../../src/main/trusted-sender.ts');

describe('who may call the main process', () => {
  test('the main frame of our own page', () => {
    expect(isTrustedSender({ url: 'app://affetto/index.html', parent: null })).toBe(true);
    expect(isTrustedSender({ url: 'app://affetto/', parent: null })).toBe(true);
  });

  test.each([
    ['a child frame', { url: 'app://affetto/index.html', parent: {} }],
    ['a web page', { url: 'https://affetto/index.html', parent: null }],
    ['another host of our scheme', { url: 'app://affetto.evil/index.html', parent: null }],
    ['a lookalike', { url: 'app://affetto.evil/?app://affetto/', parent: null }],
  ])('%s is refused', (_name, frame) => {
    expect(isTrustedSender(frame)).toBe(false);
  });

  test('a frame that is gone is refused', () => {
    expect(isTrustedSender(null)).toBe(false);
  });
});
