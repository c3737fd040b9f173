import { contextBridge, ipcRenderer } from 'electron';
import type { Api } from '../contract.ts';

/** Forwards calls and events, nothing else. One CommonJS file, because the window is sandboxed. */
const api: Api = {
  call: async (name, params) => {
    const answer = await ipcRenderer.invoke('affetto:call', name, params);
    if ('error' in answer) throw new Error(answer.error.message);
    return answer.result;
  },
  on: (name, listener) => {
    const forward = (_event: unknown, ...[event, payload]: unknown[]): void => {
      if (event === name) listener(payload as never);
    };
    ipcRenderer.on('affetto:event', forward);
    return () => ipcRenderer.off('affetto:event', forward);
  },
};

contextBridge.exposeInMainWorld('api', api);
