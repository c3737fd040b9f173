import { join } from 'node:path';
import { emotionFeatureNames, emotionFeatures } from '../../src/model/emotion/features.ts';
import type { HeardNote } from '../../src/model/emotion/heard-note.ts';
import { trajectoryWindow } from '../../src/model/emotion/recogniser.ts';
import { noteColumns } from '../../src/model/emotion/trajectory-notes.ts';
import { Random } from '../../src/model/muser/random.ts';
import { barLines } from './bar-lines.ts';
import { readClips, readRatings, readSong, readSongs } from './data-sets.ts';
import { TableFile } from './table-file.ts';
import { randomVariation, varied } from './vary-notes.ts';

/** Windows of the labels: long enough to hear a mode, short enough to follow a song. */
const WINDOW_SECONDS = 12;
const HOP_SECONDS = 2;
/** Rows of a rated bar: windows that end a little after its middle, but hold at least so many seconds of the music. */
const BAR_LEAST_SECONDS = [0, 6, 12];

type Progress = (done: number, total: number, what: string) => void;

/** EMOPIA: `copies` varied crops a clip besides the clip as it is, and windows over it. */
export function dumpEmopia(data: string, out: string, copies: number, progress: Progress): void {
  const names = emotionFeatureNames();
  const table = new TableFile(join(out, 'emopia'), names.length);
  const clips = readClips(data);
  const described = clips.map((clip, i) => {
    const { notes } = readSong(data, 'emopia', clip.id);
    const first = table.add(emotionFeatures(notes));
    const seeded = new Random(i + 1);
    const random = () => seeded.next();
    for (let copy = 0; copy < copies; copy++) {
      const crop = randomCrop(notes, random);
      table.add(emotionFeatures(varied(notes.slice(crop.first, crop.end), randomVariation(random))));
    }
    const windows = addWindows(table, notes);
    progress(i + 1, clips.length, 'EMOPIA');
    return { ...clip, first, copies, windows };
  });
  table.finish({ features: names, clips: described });
}

/** VGMIDI: the whole piece, varied crops with the bars they cover, and for every bar its windows. */
export function dumpVgmidi(data: string, out: string, copies: number, progress: Progress): void {
  const names = emotionFeatureNames();
  const table = new TableFile(join(out, 'vgmidi'), names.length);
  const pieces = readRatings(data);
  const described = pieces.map((piece, i) => {
    const song = readSong(data, 'vgmidi', piece.id);
    const lines = barLines(piece.bars, piece.durationSeconds);
    const first = table.add(emotionFeatures(song.notes));
    const seeded = new Random(i + 1);
    const random = () => seeded.next();
    const crops: [number, number][] = [];
    for (let copy = 0; copy < copies; copy++) {
      const crop = randomCrop(song.notes, random);
      const part = song.notes.slice(crop.first, crop.end);
      table.add(emotionFeatures(varied(part, randomVariation(random))));
      crops.push([barAt(lines, crop.from), barAt(lines, crop.to)]);
    }
    const bars = table.rows;
    const middles = lines.slice(1).map((end, bar) => (lines[bar] + end) / 2);
    for (const middle of middles) {
      for (const least of BAR_LEAST_SECONDS)
        table.add(
          emotionFeatures(song.notes, ...trajectoryWindow(song.notes, middle, WINDOW_SECONDS, least)),
        );
    }
    progress(i + 1, pieces.length, 'VGMIDI');
    return { ...piece, first, copies, crops, bars, barTimes: lines, ...noteColumns(song.notes, middles) };
  });
  table.finish({ features: names, barLeastSeconds: BAR_LEAST_SECONDS, pieces: described });
}

/** Pop1k7: each song whole and in windows. */
export function dumpPop1k7(data: string, out: string, progress: Progress): void {
  const names = emotionFeatureNames();
  const table = new TableFile(join(out, 'pop1k7'), names.length);
  const songs = readSongs(data);
  const described = songs.map((song, i) => {
    const { notes } = readSong(data, 'pop1k7', song.id);
    const first = table.add(emotionFeatures(notes));
    const windows = addWindows(table, notes);
    progress(i + 1, songs.length, 'Pop1k7');
    return { ...song, first, windows };
  });
  table.finish({ features: names, songs: described });
}

interface WindowRows {
  readonly first: number;
  /** Centre of each window in seconds of the file. */
  readonly times: number[];
  readonly windowSeconds: number;
  readonly hopSeconds: number;
}

/** Windows whose centres run from the first onset to the last; those with fewer than four notes are skipped. */
function addWindows(table: TableFile, notes: readonly HeardNote[]): WindowRows {
  const first = table.rows;
  const times: number[] = [];
  const start = notes[0]?.startSeconds ?? 0;
  const end = notes.at(-1)?.startSeconds ?? 0;
  for (
    let centre = start + HOP_SECONDS;
    centre < Math.max(end, start + HOP_SECONDS + 0.1);
    centre += HOP_SECONDS
  ) {
    const from = centre - WINDOW_SECONDS / 2;
    const to = centre + WINDOW_SECONDS / 2;
    if (notes.filter((note) => note.startSeconds >= from && note.startSeconds < to).length < 4) continue;
    table.add(emotionFeatures(notes, from, to));
    times.push(Math.round(centre * 1000) / 1000);
  }
  return { first, times, windowSeconds: WINDOW_SECONDS, hopSeconds: HOP_SECONDS };
}

/** A stretch of 10 to 32 s with at least eight notes; one in four is the whole. */
function randomCrop(notes: readonly HeardNote[], random: () => number) {
  const start = notes[0]?.startSeconds ?? 0;
  const last = notes.at(-1)?.startSeconds ?? 0;
  for (let attempt = 0; attempt < 20; attempt++) {
    const length = random() < 0.25 ? 60 : 10 + 22 * random() ** 1.5;
    const from = start + random() * Math.max(0, last - start - length);
    const to = from + length;
    const first = notes.findIndex((note) => note.startSeconds >= from);
    let end = first;
    while (end < notes.length && notes[end].startSeconds < to) end++;
    if (end - first >= 8) return { first, end, from, to: Math.min(to, last) };
  }
  return { first: 0, end: notes.length, from: start, to: last };
}

function barAt(lines: readonly number[], seconds: number): number {
  let bar = 0;
  while (bar + 2 < lines.length && lines[bar + 1] <= seconds) bar++;
  return bar;
}
