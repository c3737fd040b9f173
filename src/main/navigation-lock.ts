import { app } from 'electron';
import { APP_ORIGIN } from './app-protocol.ts';

/** The window never leaves its page, opens no other, and embeds nothing; it has no links to the web, so none is opened. */
export function setupNavigationLock(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event, url) => {
      if (!url.startsWith(`${APP_ORIGIN}/`)) event.preventDefault();
    });
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}
