import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AffettoError } from '../../src/model/error.ts';
import type { PlayedNote } from '../../src/model/music/beats/beat-features.ts';
import { parseMidi } from '../../src/model/music/midi-in.ts';
import { readSong, readSongs } from './data-sets.ts';
import { type KnownBeats, knownBeats } from './file-beats.ts';

export const BEAT_SETS = ['pop1k7', 'pop909', 'asap'] as const;
export type BeatSet = (typeof BEAT_SETS)[number];
export type Split = 'train' | 'val';

/** A piece whose beats are known, to be read when it is needed. */
export interface BeatPiece {
  readonly set: BeatSet;
  readonly id: string;
  /** Quarters of bars of four, so that threes can be cut out of them. */
  readonly inFour: boolean;
  read(): { readonly notes: readonly PlayedNote[]; readonly known: KnownBeats };
}

/** Pieces of one set and split. Held out are: Pop1k7's val songs, POP909's every tenth number, every fifth piece of ASAP. */
export function beatPieces(data: string, set: BeatSet, split: Split): BeatPiece[] {
  if (set === 'pop1k7') return pop1k7(data, split);
  return set === 'pop909' ? pop909(data, split) : asap(data, split);
}

function pop1k7(data: string, split: Split): BeatPiece[] {
  return readSongs(data)
    .filter((song) => song.split === split)
    .map(({ id }) => ({
      set: 'pop1k7',
      id,
      inFour: true,
      read: () => {
        const song = readSong(data, 'pop1k7', id);
        return { notes: song.notes, known: knownBeats(song) };
      },
    }));
}

/** POP909-CL's corrected files: the music on the right beats, its chords in a second track. */
function pop909(data: string, split: Split): BeatPiece[] {
  return folders(join(data, 'pop909'))
    .filter((id) => (Number(id) % 10 === 9) === (split === 'val'))
    .filter((id) => existsSync(join(data, 'pop909', id, 'corrected.mid')))
    .map((id) => ({ set: 'pop909', id, inFour: true, read: () => readCorrected(data, id) }));
}

function readCorrected(data: string, id: string): { notes: PlayedNote[]; known: KnownBeats } {
  const song = parseMidi(readFileSync(join(data, 'pop909', id, 'corrected.mid')), `${id}.mid`);
  const piano = song.notes.filter(({ track }) => track === song.parts[0].track);
  const last = piano[piano.length - 1].startTick;
  const times: number[] = [];
  const places: number[] = [];
  const barAt = barPlaces(song.timeSignatures, song.ticksPerBeat);
  for (let tick = 0; tick <= last; tick += song.ticksPerBeat) {
    if (tick < piano[0].startTick - song.ticksPerBeat / 8) continue;
    times.push((tick / song.ticksPerBeat) * (60 / song.tempos[0].bpm));
    places.push(barAt(tick));
  }
  return { notes: piano, known: { times, places } };
}

/** Place in the bar, in quarters, of a tick on the grid. */
function barPlaces(
  signatures: readonly { tick: number; numerator: number; denominator: number }[],
  ticksPerBeat: number,
): (tick: number) => number {
  return (tick) => {
    const signature = signatures.findLast((one) => one.tick <= tick) ?? {
      tick: 0,
      numerator: 4,
      denominator: 4,
    };
    const quarters = Math.max(1, Math.round((4 * signature.numerator) / signature.denominator));
    return Math.round((tick - signature.tick) / ticksPerBeat) % quarters;
  };
}

/** Performances beside the beats that were marked in them. */
function asap(data: string, split: Split): BeatPiece[] {
  const root = join(data, 'asap');
  return asapFolders(data)
    .filter((_, i) => (i % 5 === 2) === (split === 'val'))
    .flatMap((folder) =>
      readdirSync(join(root, folder))
        .filter((name) => name.endsWith('.mid') && name !== 'midi_score.mid')
        .filter((name) => existsSync(join(root, folder, name.replace(/\.mid$/, '_annotations.txt'))))
        .sort()
        .map((name): BeatPiece => {
          const id = join(folder, name.replace(/\.mid$/, ''));
          return { set: 'asap', id, inFour: false, read: () => readAsap(root, id) };
        }),
    );
}

/** Folders of ASAP's pieces, in order. */
function asapFolders(data: string): string[] {
  const root = join(data, 'asap');
  const within = (folder: string): string[] => {
    const names = readdirSync(join(root, folder), { withFileTypes: true });
    const below = names
      .filter((entry) => entry.isDirectory())
      .flatMap((entry) => within(join(folder, entry.name)));
    return names.some((entry) => entry.name === 'midi_score.mid') ? [folder, ...below] : below;
  };
  if (!existsSync(root)) throw new AffettoError(`${root}: no such folder; --data names the folder with asap`);
  return within('').sort();
}

function readAsap(root: string, id: string): { notes: readonly PlayedNote[]; known: KnownBeats } {
  const { notes } = parseMidi(readFileSync(join(root, `${id}.mid`)), id);
  return { notes, known: annotatedBeats(readFileSync(join(root, `${id}_annotations.txt`), 'utf8')) };
}

/** Lines of time, time, and `b`, `bR` or `db` with signatures behind commas. */
function annotatedBeats(text: string): KnownBeats {
  const times: number[] = [];
  const places: number[] = [];
  for (const line of text.trim().split(/\r?\n/)) {
    const [time, , what = ''] = line.split('\t');
    times.push(Number(time));
    places.push(what.startsWith('db') ? 0 : (places.at(-1) ?? 0) + 1);
  }
  return { times, places };
}

function folders(path: string): string[] {
  if (!existsSync(path)) throw new AffettoError(`${path}: no such folder; check --data`);
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
