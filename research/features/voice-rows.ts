import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireInput } from '../../src/model/error.ts';
import { parseMidi } from '../../src/model/music/midi-in.ts';
import type { MidiSong } from '../../src/model/music/song.ts';
import { readClips, readSong, readSongs } from './data-sets.ts';
import { TableFile } from './table-file.ts';

/** Columns of a note. `sound` is its end with the pedal; `track` is POP909's: 1 melody, 2 bridge, 3 piano. */
const COLUMNS = ['start', 'end', 'sound', 'pitch', 'velocity', 'track'];

interface Source {
  readonly set: string;
  readonly id: string;
  readonly read: () => MidiSong;
}

/** The notes of POP909, EMOPIA and Pop1k7 as they were played, for training/voices, in `voices-notes`. */
export function dumpVoices(
  data: string,
  out: string,
  progress: (done: number, total: number, what: string) => void,
): void {
  const table = new TableFile(join(out, 'voices-notes'), COLUMNS.length);
  const sources = [
    ...pop909(data),
    ...readClips(data).map(({ id }) => ({ set: 'emopia', id, read: () => readSong(data, 'emopia', id) })),
    ...readSongs(data).map(({ id }) => ({ set: 'pop1k7', id, read: () => readSong(data, 'pop1k7', id) })),
  ];
  const pieces = sources.map(({ set, id, read }, i) => {
    progress(i + 1, sources.length, 'notes');
    const { notes } = read();
    const first = table.add(
      Float32Array.from(
        notes.flatMap((n) => [n.startSeconds, n.endSeconds, n.soundSeconds, n.pitch, n.velocity, n.track]),
      ),
    );
    return { set, id, first, notes: notes.length };
  });
  table.finish({ columns: COLUMNS, pieces });
}

function pop909(data: string): Source[] {
  const folder = join(data, 'pop909');
  requireInput(
    existsSync(folder),
    `${folder}: no such folder; --data names the folder with pop909, emopia, pop1k7`,
  );
  return readdirSync(folder)
    .filter((id) => /^\d{3}$/.test(id))
    .sort()
    .map((id) => ({
      set: 'pop909',
      id,
      read: () => parseMidi(readFileSync(join(folder, id, `${id}.mid`)), `${id}.mid`),
    }));
}
