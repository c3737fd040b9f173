import { EventEmitter } from 'node:events';
import { expect, test, vi } from 'vitest';
import type { Api } from '../../src/contract/contract.ts';

const electron = vi.hoisted(() => ({ exposed: {} as Record<string, unknown>, ipc: null as unknown }));
vi.mock('electron', () => ({
  contextBridge: { exposeInMainWorld: (name: string, value: unknown) => (electron.exposed[name] = value) },
  get ipcRenderer() {
    electron.ipc ??= new EventEmitter();
    return electron.ipc;
  },
}));

test('however many listen, Electron has one listener, and each hears its own events until it leaves', async () => {
  await import('../../src/preload/preload.ts');
  const api = electron.exposed.api as Api;
  const ipc = electron.ipc as EventEmitter;
  const heard: string[] = [];
  for (let i = 0; i < 20; i++) api.on('engine.state', () => heard.push('engine'));
  const notice = ({ text }: { text: string }) => void heard.push(text);
  const leave = api.on('notice', notice);
  api.on('notice', notice);
  expect(ipc.listenerCount('affetto:event')).toBe(1);
  ipc.emit('affetto:event', {}, 'notice', { text: 'both' });
  leave();
  ipc.emit('affetto:event', {}, 'notice', { text: 'one' });
  expect(heard).toEqual(['both', 'both', 'one']);
});
