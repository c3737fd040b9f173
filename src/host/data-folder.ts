import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where projects and settings live on each system; AFFETTO_DATA moves it (tests, portable installs). */
export function dataFolder(env: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  if (env.AFFETTO_DATA) return env.AFFETTO_DATA;
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Affetto');
  if (platform === 'win32') return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Affetto');
  return join(env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'affetto');
}
