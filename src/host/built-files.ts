import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder out/ that this code was built into, wherever the bundler put the file. */
export function outFolder(from = import.meta.url): string {
  let folder = dirname(fileURLToPath(from));
  while (!existsSync(join(folder, 'node', 'inference.mjs')) && dirname(folder) !== folder)
    folder = dirname(folder);
  return folder;
}
