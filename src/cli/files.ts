import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { AffettoError } from '../model/error.ts';
import { MAX_MIDI_BYTES } from '../model/music/midi-bytes.ts';
import { parseMidi } from '../model/music/midi-in.ts';
import type { MidiSong } from '../model/music/song.ts';
import type { Io } from './command.ts';

export { writeAtomically as writeOutput } from '../host/files.ts';

/** Reads and parses a MIDI file. Throws input errors that name it as the user did. */
export async function readSong(path: string): Promise<MidiSong> {
  return parseMidi(await readInput(path, MAX_MIDI_BYTES), path);
}

/** Tells what of a file could not be read as it stands. */
export function tellPassedOver({ name, passedOver }: MidiSong, io: Pick<Io, 'err'>): void {
  if (passedOver.length > 0) io.err(`affetto: ${name}: passed over or set right: ${passedOver.join('; ')}`);
}

/** The bytes of a file that the user named; a file above `limit` bytes is refused before it is read. */
async function readInput(path: string, limit: number): Promise<Uint8Array> {
  try {
    const info = await stat(path);
    if (info.isDirectory()) throw new AffettoError(`${path} is a folder; name a file in it.`);
    if (!info.isFile()) throw new AffettoError(`${path} is not a file; name a MIDI file.`);
    if (info.size > limit) {
      const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(0)} MB`;
      throw new AffettoError(
        `${path} is ${megabytes(info.size)}; files up to ${megabytes(limit)} can be read.`,
      );
    }
    return await readFile(path);
  } catch (error) {
    throw explainRead(error, path);
  }
}

function explainRead(error: unknown, path: string): unknown {
  if (error instanceof AffettoError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  const reason =
    code === 'ENOENT' || code === 'ENOTDIR'
      ? `there is no file ${path}; check the name ${basename(path)} and its folder.`
      : code === 'EACCES' || code === 'EPERM'
        ? `${path} may not be read; check its permissions.`
        : `${path} could not be read (${code ?? String(error)}).`;
  return new AffettoError(reason, 'input', { cause: error });
}
