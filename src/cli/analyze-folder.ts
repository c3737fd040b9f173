import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AffettoError, requireInput } from '../model/error.ts';
import type { ImportOptions } from '../model/music/import.ts';
import { visible } from '../model/visible.ts';
import { analyze } from './analysis.ts';
import { type AnalysisLines, type FileLine, linesOf } from './analysis-lines.ts';
import type { Io } from './command.ts';
import { readSong } from './files.ts';
import type { Hearing } from './hearing.ts';

const MIDI_NAME = /\.(midi?|kar|rmi|smf)$/i;
const PROGRESS_MS = 2000;

export interface FolderJob {
  readonly folder: string;
  readonly csv: boolean;
  /** Where lines are added, and found again by the next run; null: they go to stdout. */
  readonly out: string | null;
  readonly options: ImportOptions;
}

/**
 * A line for each MIDI file in a folder and the folders below, in order of their names; one that cannot be read has a line that
 * says why. Throws an input error at the end where there were such, and a failure when it was stopped on the way.
 */
export async function analyzeFolder(job: FolderJob, listen: () => Promise<Hearing>, io: Io): Promise<void> {
  const files = await midiFiles(job.folder);
  requireInput(files.length > 0, `${job.folder} holds no MIDI files; name a folder that does.`);
  const hearing = await listen();
  const lines = linesOf(job.csv);
  const done = job.out === null ? new Set<string>() : resume(job.out, lines);
  const left = files.filter((file) => !done.has(visible(file)));
  if (left.length < files.length)
    io.err(`affetto: ${files.length - left.length} of ${files.length} files are done already`);
  const put = job.out === null ? io.out : (line: string) => appendFileSync(job.out as string, `${line}\n`);
  if (lines.head !== null && done.size === 0 && !isBegun(job.out)) put(lines.head);
  let broken = 0;
  let told = Date.now();
  for (const [i, file] of left.entries()) {
    const line = await lineOf(file, job.options, hearing);
    if ('error' in line) broken++;
    put(lines.line(line));
    if (Date.now() - told >= PROGRESS_MS) {
      told = Date.now();
      io.err(`affetto: ${files.length - left.length + i + 1} of ${files.length} files`);
    }
    // Lets Ctrl-C, and a pipe that was closed, come through.
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (io.signal.aborted && i + 1 < left.length)
      throw stopped(files.length - left.length + i + 1, files.length, job.out);
  }
  requireInput(
    broken === 0,
    `${broken} of ${left.length} files could not be analysed; their lines say why, the others are whole.`,
  );
}

function stopped(done: number, all: number, out: string | null): AffettoError {
  const way = out === null ? 'with --out FILE it can go on later' : 'the same command goes on from there';
  return new AffettoError(`stopped after ${done} of ${all} files; ${way}.`, 'failure');
}

async function midiFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && MIDI_NAME.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function lineOf(file: string, options: ImportOptions, hearing: Hearing): Promise<FileLine> {
  try {
    return { ...analyze(await readSong(file), hearing, options), file: visible(file) };
  } catch (error) {
    if (!(error instanceof AffettoError)) throw error;
    return { file: visible(file), error: visible(error.message) };
  }
}

const isBegun = (out: string | null): boolean =>
  out !== null && existsSync(out) && readFileSync(out).length > 0;

/** The files that have a whole line in what an earlier run wrote; what it began and did not end is cut off. */
function resume(out: string, lines: AnalysisLines): Set<string> {
  if (!isBegun(out)) return new Set();
  const text = readFileSync(out, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const rows = whole.split('\n').slice(0, -1);
  const told = rows.slice(lines.head === null ? 0 : 1).map((row) => lines.fileOf(row));
  requireInput(
    (lines.head === null || rows.length === 0 || rows[0] === lines.head) &&
      told.every((file) => file !== null),
    `${out} was not written by this command; name another file.`,
  );
  if (whole.length < text.length) truncateSync(out, Buffer.byteLength(whole));
  return new Set(told.flatMap((file) => file ?? []));
}
