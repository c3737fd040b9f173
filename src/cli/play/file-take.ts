import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { AffettoError } from '../../model/error.ts';
import type { Take } from '../../model/midi/bar.ts';
import { fileMessages } from '../../model/midi/file-messages.ts';
import { songToBars } from '../../model/midi/song-bars.ts';
import { parseMidi } from '../../model/music/midi-in.ts';

/**
 * A MIDI file as a take, with all that it holds for instruments; `say` is told what is left out. Throws an input error that
 * names the file when it can't be read or holds no music.
 */
export async function readTake(file: string, say: (line: string) => void): Promise<Take> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new AffettoError(`${file}: can't be read: ${(error as Error).message}`);
  }
  const name = basename(file);
  const song = parseMidi(bytes, name);
  const all = fileMessages(bytes, name);
  const left = song.passedOver.filter((what) => !all || !what.startsWith('drum notes'));
  if (!all) left.push('programs, controllers and bends: this file counts no beats');
  if (left.length > 0) say(`${name}: left out or set right: ${left.join('; ')}`);
  return { id: file, name, bars: songToBars(song, all) };
}
