import { hasBeats } from './file-grid.ts';
import type { MidiSong } from './song.ts';
import { DEFAULT_BPM } from './tempo-map.ts';

/** Without a tempo of its own, a file must show this much order on its grid; see decisions.md for the measurements. */
const THRESHOLD_DEFAULT_TEMPO = 0.35;
/** A file that brings its own tempo is believed sooner. */
const THRESHOLD_OWN_TEMPO = 0.12;
const SLOPE = 0.06;

/**
 * How likely it is (0..1) that the file's ticks are musical beats, rather than the clock of a recorder. Evidence: how far
 * the onsets gather on the file's grid (mean cosine of their phase: 1 on the grid, near 0 by chance, with a margin for
 * few notes), and whether the file says a tempo other than the default single 120 bpm.
 */
export function fileGridConfidence(song: MidiSong): number {
  if (!hasBeats(song)) return 0;
  const ownTempo = song.tempos.length > 1 || Math.abs(song.tempos[0].bpm - DEFAULT_BPM) > 1e-3;
  const ticks = [...new Set(song.notes.map((note) => note.startTick))];
  const chance = 1 / Math.sqrt(ticks.length);
  const threshold = (ownTempo ? THRESHOLD_OWN_TEMPO : THRESHOLD_DEFAULT_TEMPO) + chance;
  const order = ownTempo ? orderOnAny(ticks, song.ticksPerBeat) : orderAtDefault(ticks, song.ticksPerBeat);
  return 1 / (1 + Math.exp(-(order - Math.min(threshold, 0.85)) / SLOPE));
}

/** On sixteenths, triplets or their halves, whichever is best. */
function orderOnAny(ticks: readonly number[], ticksPerBeat: number): number {
  return Math.max(...[4, 3, 6].map((parts) => gathering(ticks, ticksPerBeat / parts)));
}

/**
 * At 120 bpm by default, a performance at 90, 160 or 180 happens to gather on some of the grid. So either the notes are
 * written on it exactly, or they gather on eighths as well as on sixteenths.
 */
function orderAtDefault(ticks: readonly number[], ticksPerBeat: number): number {
  const exact = Math.max(...[4, 3, 6].map((parts) => shareOn(ticks, ticksPerBeat / parts)));
  if (exact >= 0.9) return exact;
  return Math.min(gathering(ticks, ticksPerBeat / 4), gathering(ticks, ticksPerBeat / 2) + 0.1);
}

/** Mean cosine of the phase in a period. */
function gathering(ticks: readonly number[], period: number): number {
  let sum = 0;
  for (const tick of ticks) sum += Math.cos((2 * Math.PI * tick) / period);
  return sum / ticks.length;
}

/** Share of ticks on the grid, but for rounding to whole ticks. */
function shareOn(ticks: readonly number[], period: number): number {
  return (
    ticks.filter((tick) => Math.abs(tick - Math.round(tick / period) * period) < 1).length / ticks.length
  );
}
