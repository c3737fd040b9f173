import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { AffettoError } from '../../model/error.ts';
import type { Take } from '../../model/midi/bar.ts';
import { songToBars } from '../../model/midi/song-bars.ts';
import { parseMidi } from '../../model/music/midi-in.ts';

/** A MIDI file as a take. Throws an input error that names the file when it can't be read or holds no music. */
export async function readTake(file: string): Promise<Take> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new AffettoError(`${file}: can't be read: ${(error as Error).message}`);
  }
  const name = basename(file);
  return { id: file, name, bars: songToBars(parseMidi(bytes, name)) };
}
