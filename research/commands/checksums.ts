import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Command } from '../../src/cli/command.ts';
import { requireInput } from '../../src/model/error.ts';
import { writeChecksums } from '../reference/checksums.ts';

export const command: Command = {
  summary: 'checksums of a model’s folder, after one of its files was made anew',
  usage: `npm run research -- checksums FOLDER

Writes FOLDER/checksums.json for the files that lie there. No file without a checksum, or with another one, is loaded.`,
  async run(args, io) {
    const { positionals } = parseArgs({ args: [...args], options: {}, allowPositionals: true });
    const [folder] = positionals;
    requireInput(folder && positionals.length === 1, 'checksums wants one FOLDER');
    requireInput(existsSync(join(folder, 'weights.safetensors')), `${folder} holds no weights`);
    io.out((await writeChecksums(folder)).join('\n'));
  },
};
