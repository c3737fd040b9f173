import { hasBeats } from './file-grid.ts';
import type { MidiSong } from './song.ts';
import { DEFAULT_BPM } from './tempo-map.ts';

/** Without a tempo of its own, a file must show this much order on its grid; see decisions.md for the measurements. */
const THRESHOLD_DEFAULT_TEMPO = 0.35;
/** A file that brings its own tempo is believed sooner. */
const THRESHOLD_OWN_TEMPO = 0.12;
const SLOPE = 0.06;

/**
 * How likely it is (0..1) that the file's ticks are musical beats, rather than the clock of a recorder. Evidence: how
 * far the onsets gather on the file's sixteenths or triplets (mean cosine of the phase: 1 on the grid, near 0 by chance,
 * with a margin for few notes), and whether the file says a tempo other than the default single 120 bpm.
 */
export function fileGridConfidence(song: MidiSong): number {
  if (!hasBeats(song)) return 0;
  const ownTempo = song.tempos.length > 1 || Math.abs(song.tempos[0].bpm - DEFAULT_BPM) > 1e-3;
  const ticks = new Set(song.notes.map((note) => note.startTick));
  const chance = 1 / Math.sqrt(ticks.size);
  const threshold = (ownTempo ? THRESHOLD_OWN_TEMPO : THRESHOLD_DEFAULT_TEMPO) + chance;
  const order = Math.max(...[4, 3, 6].map((parts) => gathering(ticks, song.ticksPerBeat / parts)));
  return 1 / (1 + Math.exp(-(order - Math.min(threshold, 0.85)) / SLOPE));
}

function gathering(ticks: ReadonlySet<number>, period: number): number {
  let sum = 0;
  for (const tick of ticks) sum += Math.cos((2 * Math.PI * tick) / period);
  return sum / ticks.size;
}
