import { BrowserWindow, Menu, type MenuItemConstructorOptions } from 'electron';

/** The menu of the app: the system's own items, and commands that the window carries out. */
export function setupMenu(): void {
  const command = (label: string, name: string, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    ...(accelerator ? { accelerator } : {}),
    click: () =>
      BrowserWindow.getFocusedWindow()?.webContents.send('affetto:event', 'menu.command', { command: name }),
  });
  const template: MenuItemConstructorOptions[] = [
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' } as MenuItemConstructorOptions] : []),
    {
      label: 'File',
      submenu: [command('Settings', 'settings', 'CmdOrCtrl+,'), { type: 'separator' }, { role: 'close' }],
    },
    {
      label: 'Edit',
      submenu: [
        command('Undo', 'undo'),
        command('Redo', 'redo'),
        { type: 'separator' },
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
      ],
    },
    {
      label: 'Music',
      submenu: [
        command('Generate', 'generate'),
        command('Play', 'play'),
        command('Play Live', 'live'),
        command('MIDI', 'midi'),
      ],
    },
    {
      label: 'View',
      submenu: [{ role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, { role: 'togglefullscreen' }],
    },
    { label: 'Help', submenu: [command('Keys', 'keys')] },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
