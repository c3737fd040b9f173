/// <reference types="svelte" />
/// <reference types="vite/client" />
import type { Api } from '../contract/contract.ts';

declare global {
  interface Window {
    /** Given by the preload under Electron; absent in the browser version. */
    api?: Api;
  }
}
