import type { Imported } from '../../contract/contract.ts';
import type { Clip } from '../../contract/document.ts';
import { AS_FOUND, type Correction, type Source } from '../../contract/import-source.ts';
import type { Piece } from '../../model/music/piece.ts';

/** Below this certainty the beats are shown as doubtful. It is the F-measure to expect (docs/listeners.md). */
const DOUBTFUL_BELOW = 0.75;

/** What is kept with a clip about the file it was read from. */
export function sourceOf(imported: Imported, fileName: string, correction: Correction = AS_FOUND): Source {
  const { fileId, grid, certainty, bpm, passedOver } = imported;
  return {
    fileId,
    fileName,
    correction,
    grid,
    certainty,
    bpm,
    ...(passedOver ? { passedOver } : {}),
    fingerprint: fingerprint(imported.piece),
  };
}

/** The clip read again: new music in place of the old, under the same name. */
export function readAgain(clip: Clip, imported: Imported, fileName: string, correction: Correction): Clip {
  const { before: _, heardBefore: __, heard: ___, ...rest } = clip;
  return {
    ...rest,
    piece: imported.piece,
    mix: {},
    ...(imported.heard ? { heard: imported.heard } : {}),
    source: sourceOf(imported, fileName, correction),
  };
}

/** True when the notes are not those of the file any more: a correction starts from the file again. */
export const changedSince = (clip: Clip): boolean =>
  clip.source !== undefined && clip.source.fingerprint !== fingerprint(clip.piece);

/** Quarters in most of the bars. */
export function metreOf({ barBeats }: Piece): number {
  const counts = new Map<number, number>();
  for (const beats of barBeats) counts.set(beats, (counts.get(beats) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 4;
}

/** The bar lines a beat later (or earlier): whole bars come round to where they were. */
export function shifted(correction: Correction, by: 1 | -1, metre: number): Correction {
  const shiftBeats = (correction.shiftBeats + by) % Math.max(1, metre);
  return { ...correction, shiftBeats: shiftBeats === 0 ? 0 : Math.max(-3, Math.min(3, shiftBeats)) };
}

/** Tempo without the octave that was asked for. */
export function foundBpm({ bpm, correction }: Source): number {
  return correction.octave === 'double' ? bpm / 2 : correction.octave === 'halve' ? bpm * 2 : bpm;
}

/** What was decided, in a sentence. */
export function decisionText({ grid, certainty }: Source): string {
  const sure = `${Math.round(certainty * 100)}% sure`;
  if (grid === 'free') return 'In free time: no beats are claimed.';
  if (grid === 'file') return `On the file’s own grid, ${sure}.`;
  return `A performance; its beats were found, ${sure}.`;
}

export const isDoubtful = ({ grid, certainty }: Source): boolean =>
  grid !== 'free' && certainty < DOUBTFUL_BELOW;

/** FNV-1a over what makes a note. */
function fingerprint({ notes, barBeats }: Piece): string {
  let hash = 0x811c9dc5;
  const add = (value: number): void => {
    hash = Math.imul(hash ^ (Math.round(value * 1000) | 0), 0x01000193) >>> 0;
  };
  for (const beats of barBeats) add(beats);
  for (const { step, pitch, duration, velocity } of notes) {
    add(step);
    add(pitch);
    add(duration);
    add(velocity);
  }
  return `${notes.length.toString(36)}-${hash.toString(16)}`;
}
