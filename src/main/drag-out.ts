import { join } from 'node:path';
import { app, BrowserWindow, nativeImage } from 'electron';

/** Starts the system's drag with a file that is already written. macOS needs a real image, so it is read once from ours. */
export function startFileDrag(path: string): void {
  const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
  const icon = nativeImage
    .createFromPath(join(app.getAppPath(), 'resources', 'icons', '64x64.png'))
    .resize({ width: 32, height: 32 });
  window?.webContents.startDrag({ file: path, icon });
}
