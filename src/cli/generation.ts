import { statSync } from 'node:fs';
import { dirname, join, parse, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Choice } from '../model/choosing/candidates.ts';
import { type ChosenTake, chooseTake } from '../model/choosing/choose.ts';
import type { Listen } from '../model/choosing/judgement.ts';
import type { WriteOptions } from '../model/composing/music-model.ts';
import { requireInput } from '../model/error.ts';
import { append } from '../model/lists.ts';
import { type Conditions, emotionPath } from '../model/muser/conditions.ts';
import type { Emotion } from '../model/muser/emotion-embedding.ts';
import { SEEDS } from '../model/muser/generate.ts';
import { barTimes } from '../model/music/bar-times.ts';
import { parseMidi } from '../model/music/midi-in.ts';
import { writeMidi } from '../model/music/midi-out.ts';
import { keyName } from '../model/music/names.ts';
import type { Piece } from '../model/music/piece.ts';
import { TYPE, TYPE_NOTE } from '../model/tokens/vocabulary.ts';
import type { LoadedModel } from '../services/model-files/load-model.ts';
import type { Io } from './command.ts';
import { writeOutput } from './files.ts';
import type { Hearing } from './hearing.ts';

/** What `affetto generate --json` tells of a take. */
export interface TakeReport {
  readonly file: string;
  readonly seed: number;
  readonly bars: number;
  readonly notes: number;
  readonly engine: string;
  readonly wordsPerSecond: number;
  /** From the request to the first note of the first take. */
  readonly firstNoteMs: number;
  readonly valence: number;
  readonly arousal: number;
  readonly asked: Emotion;
  /** What the recogniser hears; null where its weights are not installed. */
  readonly heard: Emotion | null;
  /** The candidates that it was chosen from, and why; null where it was the only one. */
  readonly choice: Choice | null;
}

export interface TimedTakes {
  readonly takes: readonly Pick<ChosenTake, 'seed' | 'piece' | 'choice'>[];
  readonly wordsPerSecond: number;
  readonly firstNoteMs: number;
}

type FixedConditions = Conditions & { readonly bars: number };

/** What is generated: take i has seed + i and is the best of so many candidates. */
export interface TakeOptions extends WriteOptions {
  readonly takes: number;
  readonly seed: number;
  readonly bestOf: number;
}

/** Generates and keeps time; progress goes to a terminal that can show it. */
export async function generateTimed(
  { model, reference }: LoadedModel,
  conditions: FixedConditions,
  { takes: count, seed, bestOf, ...options }: TakeOptions,
  hearing: Hearing,
  io: Io,
): Promise<TimedTakes> {
  const start = performance.now();
  let words = 0;
  let firstNote = 0;
  const watched = {
    ...options,
    signal: io.signal,
    breathe: () => new Promise<void>((done) => setImmediate(done)),
    onWord: (_: number, word: Uint8Array) => {
      words++;
      if (firstNote === 0 && word[TYPE] === TYPE_NOTE) firstNote = performance.now();
    },
    onBar: (done: number, total: number) => {
      if (io.interactive && (done === total || done % 4 === 0)) io.err(`affetto: bar ${done} of ${total}`);
    },
  };
  const takes: ChosenTake[] = [];
  if (bestOf === 1) {
    // What is not compared can be written side by side.
    const seeds = Array.from({ length: count }, (_, i) => (seed + i) % SEEDS);
    const written = await model.write(conditions, seeds, watched);
    append(
      takes,
      written.map((take) => ({ ...take, choice: null })),
    );
  }
  const choosing = { ...watched, bestOf, reference, listen: listenWith(hearing) };
  while (takes.length < count)
    takes.push(await chooseTake(model, conditions, (seed + takes.length) % SEEDS, choosing));
  const seconds = (performance.now() - start) / 1000;
  return {
    takes,
    wordsPerSecond: Math.round(words / seconds),
    firstNoteMs: firstNote === 0 ? Math.round(seconds * 1000) : Math.round(firstNote - start),
  };
}

/** Hears a piece as it sounds in its file; nothing where no recogniser is installed. */
export const listenWith =
  ({ recognise }: Pick<Hearing, 'recognise'>): Listen =>
  (piece) => {
    if (!recognise || piece.notes.length === 0) return null;
    const { perBar, ...emotion } = recognise(
      parseMidi(writeMidi(piece, { beats: 'piece' }), 'take').notes,
      barTimes(piece),
    );
    return { emotion, bars: perBar };
  };

/**
 * Names of the files for takes: FILE.mid as given (FILE-1.mid, FILE-2.mid … for several), or in a folder by what was asked.
 */
export function outputNames(
  out: string,
  takes: readonly { readonly seed: number }[],
  label: string,
): string[] {
  const { dir, name, ext } = parse(out);
  if (!/^\.midi?$/i.test(ext) || kindOf(out) === 'folder')
    return takes.map((take) => join(out, `${label}-seed${take.seed}.mid`));
  if (takes.length === 1) return [out];
  return takes.map((_, i) => join(dir, `${name}-${i + 1}${ext}`));
}

/** Refuses, before anything is generated, an output that could not be written. */
export function checkOutput(out: string): void {
  requireInput(out !== '', '--out wants a .mid file or a folder');
  let path = resolve(out);
  if (kindOf(path) === 'file' && /\.midi?$/i.test(path)) return;
  // The nearest thing on the way that is there must be a folder.
  while (kindOf(path) === null && dirname(path) !== path) path = dirname(path);
  requireInput(
    kindOf(path) === 'folder',
    `--out ${out}: ${path} is a file, not a folder; choose another place`,
  );
}

function kindOf(path: string): 'file' | 'folder' | null {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file';
  } catch {
    return null;
  }
}

/** Writes a take and says what it is, heard as it sounds in the file. */
export async function saveTake(
  file: string,
  take: Pick<ChosenTake, 'seed' | 'piece' | 'choice'>,
  run: {
    conditions: FixedConditions;
    timed: Omit<TimedTakes, 'takes'>;
    engine: string;
    hearing: Hearing;
    voicesOnChannels?: boolean;
  },
): Promise<TakeReport> {
  const { piece, seed, choice } = take;
  const bytes = writeMidi(piece, {
    name: `Affetto ${keyName(piece.key)}`,
    voices: run.voicesOnChannels,
  });
  await writeOutput(file, bytes);
  const asked = meanEmotion(emotionPath(run.conditions.emotion));
  return {
    file,
    seed,
    bars: piece.barBeats.length,
    notes: piece.notes.length,
    engine: run.engine,
    wordsPerSecond: run.timed.wordsPerSecond,
    firstNoteMs: run.timed.firstNoteMs,
    ...asked,
    asked,
    heard: hear(bytes, piece, run.hearing),
    choice,
  };
}

/** What the recogniser hears in a file that was just made. */
export function hear(bytes: Uint8Array, piece: Piece, { recognise }: Hearing): Emotion | null {
  if (!recognise || piece.notes.length === 0) return null;
  const { valence, arousal } = recognise(parseMidi(bytes, 'take').notes, barTimes(piece));
  return { valence: round(valence), arousal: round(arousal) };
}

function meanEmotion(path: readonly Emotion[]): Emotion {
  const mean = (of: (emotion: Emotion) => number) =>
    round(path.reduce((sum, emotion) => sum + of(emotion), 0) / path.length);
  return { valence: mean((e) => e.valence), arousal: mean((e) => e.arousal) };
}

const round = (value: number): number => Number(value.toFixed(3));
