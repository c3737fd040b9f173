import type { Api } from '../../contract/contract.ts';
import { connectSocket } from './socket-client.ts';

/** The bridge to the host: the preload's under Electron, else a socket to the server this page came from. */
export async function connect(): Promise<Api> {
  return window.api ?? connectSocket(takeToken(), (token) => sessionStorage.setItem(KEPT_TOKEN, token));
}

const KEPT_TOKEN = 'affetto-token';

/** The key comes in the fragment, is removed from the address at once, and survives a reload of this tab only. */
function takeToken(): string {
  const fragment = location.hash.slice(1);
  if (fragment) {
    sessionStorage.setItem(KEPT_TOKEN, fragment);
    history.replaceState(null, '', location.pathname);
  }
  return sessionStorage.getItem(KEPT_TOKEN) ?? '';
}
