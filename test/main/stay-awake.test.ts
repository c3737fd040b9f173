import { expect, test, vi } from 'vitest';
import type { EventName, Events } from '../../src/contract/contract.ts';

const power = vi.hoisted(() => ({ on: new Set<number>(), next: 0 }));
vi.mock('electron', () => ({
  powerSaveBlocker: {
    start: () => {
      power.on.add(++power.next);
      return power.next;
    },
    stop: (id: number) => power.on.delete(id),
  },
}));
const { createStayAwake } = await import('../../src/main/stay-awake.ts');

test('the computer is kept awake from the first music that plays to the last', () => {
  const told = createStayAwake();
  const midi = (transport: string) =>
    told('midi.event', { name: 'state', value: { transport } } as Events['midi.event']);
  const live = (phase: string) => told('live.state', { phase } as Events['live.state']);
  midi('stopped');
  expect(power.on.size).toBe(0);
  midi('playing');
  live('playing');
  midi('playing');
  expect(power.on.size).toBe(1);
  midi('stopped');
  expect(power.on.size).toBe(1);
  live('off');
  expect(power.on.size).toBe(0);
  told('notice' satisfies EventName, { text: 'x' });
  expect(power.next).toBe(1);
});
