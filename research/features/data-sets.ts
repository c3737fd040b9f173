import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AffettoError } from '../../src/model/error.ts';
import { parseMidi } from '../../src/model/music/midi-in.ts';
import type { MidiSong } from '../../src/model/music/song.ts';

/** One line of emopia/clips.csv. */
export interface ClipRow {
  readonly id: string;
  readonly quadrant: 'Q1' | 'Q2' | 'Q3' | 'Q4';
  readonly song: string;
  readonly split: string;
}

/** One piece of vgmidi/ratings.json. */
export interface RatedPiece {
  readonly id: string;
  readonly bars: number;
  readonly durationSeconds: number;
  /** Mean over the listeners, one value a bar, -1..1. */
  readonly valence: readonly number[];
  readonly arousal: readonly number[];
}

export function readClips(data: string): ClipRow[] {
  return csv(join(data, 'emopia', 'clips.csv')).map((row) => ({
    id: row.clip,
    quadrant: row.quadrant as ClipRow['quadrant'],
    song: row.song,
    split: row.split,
  }));
}

export function readSongs(data: string): { id: string; split: string }[] {
  return csv(join(data, 'pop1k7', 'songs.csv')).map((row) => ({ id: row.song, split: row.split }));
}

export function readRatings(data: string): RatedPiece[] {
  const path = join(data, 'vgmidi', 'ratings.json');
  const parsed = JSON.parse(text(path)) as Record<
    string,
    { bars: number; duration_s: number; raters: { valence: number[]; arousal: number[] }[] }
  >;
  return Object.entries(parsed).map(([id, piece]) => {
    const average = (of: 'valence' | 'arousal') =>
      Array.from({ length: piece.bars }, (_, bar) => {
        let sum = 0;
        for (const rater of piece.raters) sum += rater[of][bar];
        return sum / piece.raters.length;
      });
    return {
      id,
      bars: piece.bars,
      durationSeconds: piece.duration_s,
      valence: average('valence'),
      arousal: average('arousal'),
    };
  });
}

/** The song of one file under `<data>/<set>/midi`. */
export function readSong(data: string, set: string, id: string): MidiSong {
  const path = join(data, set, 'midi', `${id}.mid`);
  if (!existsSync(path)) throw new AffettoError(`${path}: no such file; check --data`);
  return parseMidi(readFileSync(path), `${id}.mid`);
}

function csv(path: string): Record<string, string>[] {
  const [head, ...lines] = text(path).trim().split(/\r?\n/);
  const names = head.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? '']));
  });
}

function text(path: string): string {
  if (!existsSync(path))
    throw new AffettoError(`${path}: no such file; --data names the folder with emopia, pop1k7, vgmidi`);
  return readFileSync(path, 'utf8');
}
