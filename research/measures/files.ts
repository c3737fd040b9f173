import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { wholeOf } from '../../src/cli/arguments.ts';
import { AffettoError, requireInput } from '../../src/model/error.ts';
import { gridOfFile } from '../../src/model/music/file-grid.ts';
import { fileGridConfidence } from '../../src/model/music/grid-evidence.ts';
import { gridPhase } from '../../src/model/music/grid-phase.ts';
import { importPiece } from '../../src/model/music/import.ts';
import { parseMidi } from '../../src/model/music/midi-in.ts';
import { writeMidi } from '../../src/model/music/midi-out.ts';
import type { MidiSong } from '../../src/model/music/song.ts';
import { checkSignal, type Measure, rounded } from './measure.ts';

const SETS = ['asap', 'pop909', 'emopia', 'vgmidi'];
const EXACT_SCORE = 'midi_score.mid';
/** How far a note may have moved on its way through. */
const MOVED_SECONDS = 0.002;

interface Figures {
  files: number;
  refused: number;
  /** Files of which a note is elsewhere, of another length or lost after opening and exporting. */
  changed: number;
  scores: number;
  /** Exact scores that are taken for performances by their ticks alone. */
  performances: number;
  /** Exact scores whose grid is moved, or said to be unsure, though nothing is wrong with it. */
  falselyMoved: number;
  falselyUnsure: number;
  /** Copies of exact scores that lie a quarter or half of a beat late, and of them: found, moved elsewhere, said to be unsure. */
  late: number;
  lateFound: number;
  lateElsewhere: number;
  lateUnsure: number;
}

/** What becomes of real files: opened, exported, opened again; and of exact ones, whether their grid is believed. */
export const files: Measure = {
  takes: '--data DIR [--every N]',
  tells: `files of ${SETS.join(', ')} refused or changed by opening and exporting; grids of ASAP's exact scores; of every Nth file`,
  async run(args, io) {
    const { values } = parseArgs({
      args: [...args],
      options: { data: { type: 'string' }, every: { type: 'string', default: '1' } },
    });
    requireInput(values.data, `measure files needs --data DIR, the folder with ${SETS.join(', ')}`);
    const every = wholeOf('--every', values.every);
    requireInput(every >= 1, '--every: a whole number from 1');
    const paths = SETS.flatMap((set) => midiFiles(join(values.data as string, set)));
    const figures: Figures = {
      ...{ files: 0, refused: 0, changed: 0, scores: 0, performances: 0, falselyMoved: 0 },
      ...{ falselyUnsure: 0, late: 0, lateFound: 0, lateElsewhere: 0, lateUnsure: 0 },
    };
    for (const [i, path] of paths.entries()) {
      if (i % every !== 0) continue;
      checkSignal(io);
      const bytes = readFileSync(path);
      count(bytes, path, figures);
      if (path.endsWith(EXACT_SCORE)) countScore(parseMidi(bytes, path), figures);
      if (figures.files % 100 === 0) io.err(`${i} of ${paths.length} files`);
    }
    io.out(rounded(figures));
  },
};

function midiFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.mid'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function count(bytes: Uint8Array, path: string, figures: Figures): void {
  figures.files++;
  try {
    const song = parseMidi(bytes, path);
    // What was found by listening changes what the file says no more than its own grid does.
    const again = parseMidi(writeMidi(importPiece(song).piece, { chords: false }), path);
    if (!isSame(song, again)) figures.changed++;
  } catch (error) {
    if (!(error instanceof AffettoError)) throw error;
    figures.refused++;
  }
}

/** Every note where it was, as long and as loud; strokes of one key at one time have no order. */
function isSame(song: MidiSong, again: MidiSong): boolean {
  const [before, after] = [inOrder(song), inOrder(again)];
  return (
    before.length === after.length &&
    before.every((note, i) => {
      const { pitch, velocity, startSeconds, endSeconds } = after[i];
      return (
        pitch === note.pitch &&
        velocity === note.velocity &&
        Math.abs(startSeconds - note.startSeconds) <= MOVED_SECONDS &&
        Math.abs(endSeconds - note.endSeconds) <= MOVED_SECONDS
      );
    })
  );
}

const inOrder = ({ notes }: MidiSong) =>
  [...notes].sort(
    (a, b) =>
      a.pitch - b.pitch ||
      (Math.abs(a.startSeconds - b.startSeconds) > MOVED_SECONDS
        ? a.startSeconds - b.startSeconds
        : a.velocity - b.velocity || a.endSeconds - b.endSeconds),
  );

function countScore(song: MidiSong, figures: Figures): void {
  figures.scores++;
  if (fileGridConfidence(song) < 0.5) figures.performances++;
  const phase = gridPhase(song, gridOfFile(song));
  if (phase.shift !== 0) figures.falselyMoved++;
  else if (phase.certainty < 1) figures.falselyUnsure++;
  for (const by of [song.ticksPerBeat / 4, song.ticksPerBeat / 2]) {
    const moved = later(song, by);
    const { shift, certainty } = gridPhase(moved, gridOfFile(moved));
    figures.late++;
    if (shift === by) figures.lateFound++;
    else if (shift !== 0) figures.lateElsewhere++;
    else if (certainty < 1) figures.lateUnsure++;
  }
}

const later = (song: MidiSong, ticks: number): MidiSong => ({
  ...song,
  endTick: song.endTick + ticks,
  notes: song.notes.map((note) => ({
    ...note,
    startTick: note.startTick + ticks,
    endTick: note.endTick + ticks,
  })),
});
