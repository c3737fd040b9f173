import { join } from 'node:path';
import { app, BrowserWindow, dialog, nativeTheme, screen } from 'electron';
import { dataFolder } from '../host/data-folder.ts';
import { APP_ORIGIN } from './app-protocol.ts';
import { keepPlace, lastPlace } from './window-bounds.ts';

let window: BrowserWindow | null = null;

/** Opens the one window, or brings it to the front. */
export function openWindow(): void {
  if (window) {
    if (window.isMinimized()) window.restore();
    window.focus();
    return;
  }
  const place = lastPlace(
    dataFolder(),
    screen.getAllDisplays().map(({ workArea }) => workArea),
  );
  window = new BrowserWindow({
    ...(place ? { x: place.x, y: place.y } : {}),
    width: place?.width ?? 1280,
    height: place?.height ?? 800,
    minWidth: 960,
    minHeight: 600,
    show: false,
    title: 'Affetto',
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#121317' : '#f7f5f0',
    webPreferences: {
      preload: join(app.getAppPath(), 'out', 'preload', 'preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      // The DAW is in front while music plays here: timers must not be slowed down.
      backgroundThrottling: false,
      spellcheck: false,
    },
  });
  if (place?.maximized) window.maximize();
  window.once('ready-to-show', () => window?.show());
  window.on('close', () => {
    if (window) keepPlace(dataFolder(), { ...window.getNormalBounds(), maximized: window.isMaximized() });
  });
  window.once('closed', () => {
    window = null;
  });
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    // The host keeps the song and the jobs: a fresh page finds everything.
    if (reason !== 'clean-exit') window?.reload();
  });
  window.webContents.on('will-prevent-unload', askToClose);
  void window.loadURL(`${APP_ORIGIN}/index.html`);
}

/** The page keeps the window open while it holds what could not be saved; under Electron asking is for us to do. */
function askToClose(event: Electron.Event): void {
  const answer = dialog.showMessageBoxSync({
    type: 'warning',
    message: 'This song could not be saved.',
    detail: 'Changes of the last moments are in this window only. Close it and lose them?',
    buttons: ['Keep it open', 'Close and lose them'],
    defaultId: 0,
    cancelId: 0,
  });
  if (answer === 1) event.preventDefault();
}

/** A second start shows the first window; on macOS the app outlives its window. */
export function setupWindows(): void {
  app.on('second-instance', openWindow);
  app.on('activate', openWindow);
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
}
