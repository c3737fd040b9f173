import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog } from 'electron';
import { dataFolder } from '../host/data-folder.ts';
import { setupAppProtocol, setupAppScheme } from './app-protocol.ts';
import { setupCalls } from './calls.ts';
import { setupMenu } from './menu.ts';
import { setupNavigationLock } from './navigation-lock.ts';
import { setupPermissions } from './permissions.ts';
import { setupServices } from './services.ts';
import { openWindow, setupWindows } from './window.ts';

/** The order matters: the sandbox and the scheme before Electron is ready, the handlers before the first window. */
app.enableSandbox();
setupAppScheme();
setupNavigationLock();
keepApart();

if (app.requestSingleInstanceLock()) {
  // Not awaited here: Electron is ready only after this module has run to its end.
  app.whenReady().then(start).catch(fail);
} else {
  app.quit();
}

async function start(): Promise<void> {
  setupAppProtocol();
  setupPermissions();
  setupCalls(await setupServices());
  setupMenu();
  setupWindows();
  openWindow();
}

/** Data that was moved elsewhere is another app's: with a lock of its own, and Chromium's files beside it. */
function keepApart(): void {
  if (!process.env.AFFETTO_DATA) return;
  const folder = join(dataFolder(), 'electron');
  mkdirSync(folder, { recursive: true });
  app.setPath('userData', folder);
}

function fail(error: unknown): void {
  dialog.showErrorBox('Affetto could not start', error instanceof Error ? error.message : String(error));
  app.exit(1);
}
