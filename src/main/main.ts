import { app } from 'electron';
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

if (app.requestSingleInstanceLock()) {
  await app.whenReady();
  setupAppProtocol();
  setupPermissions();
  setupCalls(await setupServices());
  setupMenu();
  setupWindows();
  openWindow();
} else {
  app.quit();
}
