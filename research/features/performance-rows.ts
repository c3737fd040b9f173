import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installedBeatTracker } from '../../src/cli/installed.ts';
import { AffettoError, requireInput } from '../../src/model/error.ts';
import { type ImportedPiece, importPiece } from '../../src/model/music/import.ts';
import { gridBars } from '../../src/model/performing/grid-bars.ts';
import { NOTE_FEATURES, noteFeatures } from '../../src/model/performing/note-features.ts';
import { MEMORY_FEATURES, PEDAL_ACTIONS, PedalMemory } from '../../src/model/performing/pedal-memory.ts';
import { pedalActions } from '../../src/model/performing/pedal-steps.ts';
import { type PlayedEmotion, STEP_FEATURES, StepReader } from '../../src/model/performing/step-reader.ts';
import { readClips, readSong } from './data-sets.ts';
import { TableFile } from './table-file.ts';

/** Valence and arousal over the course of a clip, as training/recogniser/train.py labels it. */
export interface Course {
  readonly times: readonly number[];
  readonly valence: readonly number[];
  readonly arousal: readonly number[];
}

/**
 * EMOPIA as a performer reads it: a row a sixteenth (features, memory, action of the foot, when it lifts and presses) in
 * `performance-steps`, a row a note (features, offset in steps, its step's row) in `performance-notes`.
 */
export async function dumpPerformance(
  data: string,
  out: string,
  labels: string,
  progress: (done: number, total: number, what: string) => void,
): Promise<void> {
  const beatTracker = await installedBeatTracker();
  requireInput(
    beatTracker,
    'EMOPIA needs the beat tracker, and resources/models/beats is missing; train it first',
  );
  const courses = readCourses(join(labels, 'emopia.json'));
  const steps = new TableFile(join(out, 'performance-steps'), STEP_FEATURES + MEMORY_FEATURES + 3);
  const notes = new TableFile(join(out, 'performance-notes'), NOTE_FEATURES + 2);
  const clips = readClips(data);
  const described = clips.flatMap((clip, i) => {
    progress(i + 1, clips.length, 'EMOPIA');
    const course = courses[clip.id];
    if (!course) throw new AffettoError(`${labels}: no labels of ${clip.id}; label the clips again`);
    const song = readSong(data, 'emopia', clip.id);
    const imported = importPiece(song, { grid: 'track', octaveFold: true, beatTracker });
    return [{ ...clip, ...addClip(imported, course, steps, notes) }];
  });
  notes.finish({ features: NOTE_FEATURES });
  steps.finish({
    features: STEP_FEATURES,
    memory: MEMORY_FEATURES,
    actions: PEDAL_ACTIONS,
    clips: described,
  });
}

function addClip(imported: ImportedPiece, course: Course, steps: TableFile, notes: TableFile) {
  const { piece, beatTimes, downbeatTimes } = imported;
  const reader = new StepReader();
  const memory = new PedalMemory();
  const [first, firstNote] = [steps.rows, notes.rows];
  const bars = gridBars(piece);
  const played = pedalActions(piece);
  for (const [i, { bar, first: start, startStep }] of bars.entries()) {
    const middle = ((downbeatTimes[i] ?? 0) + (downbeatTimes[i + 1] ?? imported.endSeconds)) / 2;
    const read = reader.read(bar, emotionAt(course, middle));
    let at = start;
    for (const [position, step] of read.entries()) {
      const { action, lift, press } = played[startStep + position];
      const row = new Float32Array(steps.width);
      row.set(step.features);
      row.set(memory.features(step), STEP_FEATURES);
      row.set([PEDAL_ACTIONS.indexOf(action), lift, press], STEP_FEATURES + MEMORY_FEATURES);
      memory.act(action, step);
      const index = steps.add(row);
      for (let n = 0; n < step.onsets.length; n++, at++) {
        const values = new Float32Array(notes.width);
        values.set(noteFeatures(step.onsets, n));
        values.set([piece.notes[at].offset ?? 0, index], NOTE_FEATURES);
        notes.add(values);
      }
    }
  }
  return {
    first,
    steps: steps.rows - first,
    firstNote,
    notes: notes.rows - firstNote,
    bars: bars.map(({ bar }) => bar.beats),
    secondsPerStep: (imported.endSeconds - beatTimes[0]) / (4 * beatTimes.length),
  };
}

/** Between two labels in proportion; beyond the first and the last as they are. */
export function emotionAt({ times, valence, arousal }: Course, seconds: number): PlayedEmotion {
  if (times.length === 0) return null;
  const next = times.findIndex((time) => time >= seconds);
  if (next === 0) return { valence: valence[0], arousal: arousal[0] };
  const last = next < 0 ? times.length - 1 : next;
  const before = next < 0 ? last : next - 1;
  const part = next < 0 ? 0 : (seconds - times[before]) / (times[last] - times[before]);
  const between = (of: readonly number[]) => of[before] + part * (of[last] - of[before]);
  return { valence: between(valence), arousal: between(arousal) };
}

export function readCourses(path: string): Record<string, Course> {
  requireInput(
    existsSync(path),
    `${path}: no such file; --labels names the folder that training/recogniser/train.py wrote`,
  );
  return JSON.parse(readFileSync(path, 'utf8'));
}
