// Loaded into the server by NODE_OPTIONS: while the file that AFFETTO_TEST_FULL names is there, the disk is full.
import { existsSync } from 'node:fs';
import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const open = files.open;
files.open = async (...args) => {
  const file = await open(...args);
  if (args[1] === 'w' && existsSync(process.env.AFFETTO_TEST_FULL ?? '')) {
    file.writeFile = async () => {
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    };
  }
  return file;
};
syncBuiltinESMExports();
