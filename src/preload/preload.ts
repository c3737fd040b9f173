import { contextBridge, ipcRenderer } from 'electron';
import type { Api } from '../contract/contract.ts';

type Listener = (payload: unknown) => void;

/** One listener of Electron's for all of the window's: it warns of a leak at the eleventh. */
const listeners = new Map<string, Set<Listener>>();
ipcRenderer.on('affetto:event', (_event, name: string, payload: unknown) => {
  for (const listener of [...(listeners.get(name) ?? [])]) listener(payload);
});

/** Forwards calls and events, nothing else. One CommonJS file, because the window is sandboxed. */
const api: Api = {
  call: async (name, params) => {
    const answer = await ipcRenderer.invoke('affetto:call', name, params);
    if ('error' in answer) throw new Error(answer.error.message);
    return answer.result;
  },
  on: (name, listener) => {
    const group = listeners.get(name) ?? new Set<Listener>();
    // Its own each time, as it may be given twice.
    const own: Listener = (payload) => listener(payload as never);
    listeners.set(name, group.add(own));
    return () => void group.delete(own);
  },
};

contextBridge.exposeInMainWorld('api', api);
