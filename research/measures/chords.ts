import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireInput } from '../../src/model/error.ts';
import { importPiece } from '../../src/model/music/import.ts';
import { parseMidi } from '../../src/model/music/midi-in.ts';
import type { MidiSong } from '../../src/model/music/song.ts';
import { checkSignal, folderOf, type Measure, wholeNumbers } from './measure.ts';

const ROOTS = ['C', 'C#', 'D', 'D#', 'E', 'F', 'F#', 'G', 'G#', 'A', 'A#', 'B'];
const QUALITIES: Readonly<Record<string, string>> = {
  M: 'maj',
  m: 'min',
  o: 'dim',
  '+': 'aug',
  M7: 'maj7',
  m7: 'min7',
  o7: 'dim7',
  '/o7': 'm7b5',
};

interface Marker {
  readonly seconds: number;
  readonly root: number;
  readonly quality: string;
  readonly bass: number;
}

/** Seconds with a marked chord, and of them those in which what was found agrees. */
interface Agreement {
  time: number;
  root: number;
  quality: number;
  bass: number;
  changes: number;
  markerChanges: number;
}

/** How often the chord finder agrees with Pop1k7's chord markers, weighted by time. */
export const chords: Measure = {
  takes: 'POP1K7 [val|train] [every nth song]',
  tells: "how often the chord finder's root agrees with Pop1k7's markers",
  async run(args, io) {
    const folder = folderOf(args, "Pop1k7's folder");
    const split = args[1] ?? 'val';
    requireInput(split === 'val' || split === 'train', `the split is val or train, not '${split}'`);
    const [nth] = wholeNumbers(args.slice(2), [1]);
    const songs = songsOf(folder, split).filter((_, i) => i % Math.max(1, nth) === 0);
    const total: Agreement = { time: 0, root: 0, quality: 0, bass: 0, changes: 0, markerChanges: 0 };
    const perSong: number[] = [];
    for (const name of songs) {
      checkSignal(io);
      const song = parseMidi(readFileSync(join(folder, 'midi', `${name}.mid`)), `${name}.mid`);
      const before = { ...total };
      compare(song, total);
      if (total.time > before.time) perSong.push((total.root - before.root) / (total.time - before.time));
    }
    const share = (seconds: number) => (seconds / total.time).toFixed(3);
    const mean = perSong.reduce((sum, value) => sum + value, 0) / perSong.length;
    io.out(`${songs.length} ${split} songs, ${(total.time / 3600).toFixed(1)} hours with a marked chord`);
    io.out(`root agrees ${share(total.root)} of the time (mean of songs ${mean.toFixed(3)})`);
    io.out(`root and quality ${share(total.quality)}, root and bass ${share(total.bass)}`);
    io.out(`changes of root: ${total.changes} found, ${total.markerChanges} marked`);
  },
};

function songsOf(folder: string, split: string): string[] {
  return readFileSync(join(folder, 'songs.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
    .filter(([, part]) => part.trim() === split)
    .map(([name]) => name);
}

/** The markers that are chords, in order. */
function markerChords({ markers }: MidiSong): Marker[] {
  return markers
    .map(({ seconds, text }) => ({ seconds, parts: text.split('_') }))
    .filter(({ parts }) => parts.length === 3 && (parts[0] === 'N' || ROOTS.includes(parts[0])))
    .map(({ seconds, parts: [name, quality, bass] }) => ({
      seconds,
      root: ROOTS.indexOf(name),
      quality: QUALITIES[quality] ?? quality,
      bass: ROOTS.indexOf(bass),
    }));
}

function compare(song: MidiSong, total: Agreement): void {
  const { chords, beatTimes, endSeconds } = importPiece(song, { grid: 'file' });
  const markers = markerChords(song);
  let at = 0;
  for (const [beat, chord] of chords.entries()) {
    const start = beatTimes[beat];
    const length = (beatTimes[beat + 1] ?? endSeconds) - start;
    while (at + 1 < markers.length && markers[at + 1].seconds <= start + 0.01) at++;
    const marker = markers[at];
    if (!marker || marker.seconds > start + 0.01 || marker.root < 0) continue;
    total.time += length;
    if (chord?.root !== marker.root) continue;
    total.root += length;
    if (chord.quality === marker.quality) total.quality += length;
    if (chord.bass === marker.bass) total.bass += length;
  }
  total.changes += chords.filter((chord, i) => i > 0 && chord?.root !== chords[i - 1]?.root).length;
  total.markerChanges += markers.filter((marker, i) => i > 0 && marker.root !== markers[i - 1].root).length;
}
