import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app, BrowserWindow } from 'electron';
import type { Emit } from '../contract/contract.ts';
import { dataFolder } from '../host/data-folder.ts';
import { openMidiController } from '../host/midi-controller.ts';
import { createServices, type Services } from '../host/services.ts';
import { startFileDrag } from './drag-out.ts';
import { setupQuit } from './quit.ts';
import { createStayAwake } from './stay-awake.ts';
import { spawnInference, spawnMidi } from './utility-processes.ts';

/** Weights lie beside the packed app, or in the repository. */
function modelsFolder(): string {
  const packed = join(process.resourcesPath, 'models');
  return existsSync(packed) ? packed : join(app.getAppPath(), 'resources', 'models');
}

/** The same services as in the browser version, with Electron's processes and its drag. */
export async function setupServices(): Promise<Services> {
  const stayAwake = createStayAwake();
  const emit: Emit = (event, payload) => {
    stayAwake(event, payload);
    for (const window of BrowserWindow.getAllWindows())
      window.webContents.send('affetto:event', event, payload);
  };
  const models = modelsFolder();
  const services = await createServices(
    {
      kind: 'electron',
      version: app.getVersion(),
      folder: dataFolder(),
      spawnInference: (memoryMB) => spawnInference({ AFFETTO_MODELS: models }, memoryMB),
      connectMidi: (settings, onEvent) => openMidiController((env) => spawnMidi(env), settings, onEvent),
      startDrag: startFileDrag,
    },
    emit,
  );
  // On macOS the app outlives its window.
  app.on('browser-window-created', () => services.windows(1));
  app.on('window-all-closed', () => services.windows(0));
  setupQuit(() => services.dispose());
  return services;
}
