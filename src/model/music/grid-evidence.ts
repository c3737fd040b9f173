import { largest } from '../lists.ts';
import { hasBeats } from './file-grid.ts';
import type { MidiSong } from './song.ts';
import { DEFAULT_BPM } from './tempo-map.ts';

/** Without a tempo of its own, a file must show this much order on its grid; see decisions.md for the measurements. */
const THRESHOLD_DEFAULT_TEMPO = 0.35;
/** A file that brings its own tempo is believed sooner. */
const THRESHOLD_OWN_TEMPO = 0.12;
const SLOPE = 0.06;
/** Share of onsets exactly on the grid, beyond chance: of 420 performances none has more than .18, of 179 scores none less than .69. */
const THRESHOLD_EXACT = 0.3;
const SLOPE_EXACT = 0.05;
/** What notation has: 32nds and triplets down to 24ths; 64ths and 48ths; fives and sevens. In parts of a beat. */
const NOTATED = [
  [8, 6],
  [8, 12],
  [16, 24],
  [8, 12, 5, 7],
];

/**
 * How likely it is (0..1) that the file's ticks are musical beats, rather than the clock of a recorder. Evidence: how many onsets
 * lie exactly on the grid of a notation, beyond those that would by chance; how far they gather on it (mean cosine of their
 * phase: 1 on the grid, near 0 by chance, with a margin for few notes); and whether the file says a tempo other than the default
 * single 120 bpm.
 */
export function fileGridConfidence(song: MidiSong): number {
  if (!hasBeats(song)) return 0;
  const ticks = [...new Set(song.notes.map((note) => note.startTick))];
  return Math.max(exactConfidence(ticks, song.ticksPerBeat), gatheredConfidence(song, ticks));
}

function exactConfidence(ticks: readonly number[], ticksPerBeat: number): number {
  const chance = 1 / Math.sqrt(ticks.length);
  const exact = largest(NOTATED.map((parts) => shareBeyondChance(ticks, ticksPerBeat, parts)));
  return logistic((exact - THRESHOLD_EXACT - chance / 2) / SLOPE_EXACT);
}

function gatheredConfidence(song: MidiSong, ticks: readonly number[]): number {
  const ownTempo = song.tempos.length > 1 || Math.abs(song.tempos[0].bpm - DEFAULT_BPM) > 1e-3;
  const chance = 1 / Math.sqrt(ticks.length);
  const threshold = (ownTempo ? THRESHOLD_OWN_TEMPO : THRESHOLD_DEFAULT_TEMPO) + chance;
  const order = ownTempo ? orderOnAny(ticks, song.ticksPerBeat) : orderAtDefault(ticks, song.ticksPerBeat);
  return logistic((order - Math.min(threshold, 0.85)) / SLOPE);
}

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** On sixteenths, triplets or their halves, whichever is best. */
function orderOnAny(ticks: readonly number[], ticksPerBeat: number): number {
  return largest([4, 3, 6].map((parts) => gathering(ticks, ticksPerBeat / parts)));
}

/** At 120 bpm by default, a performance at 90, 160 or 180 gathers on some of the grid: so on eighths as well as on sixteenths. */
function orderAtDefault(ticks: readonly number[], ticksPerBeat: number): number {
  return Math.min(gathering(ticks, ticksPerBeat / 4), gathering(ticks, ticksPerBeat / 2) + 0.1);
}

/** Mean cosine of the phase in a period. */
function gathering(ticks: readonly number[], period: number): number {
  let sum = 0;
  for (const tick of ticks) sum += Math.cos((2 * Math.PI * tick) / period);
  return sum / ticks.length;
}

/** Share of ticks that are multiples of some of these parts of a beat, but for rounding: 0 as by chance, 1 all. */
function shareBeyondChance(ticks: readonly number[], ticksPerBeat: number, parts: readonly number[]): number {
  const periods = parts.map((count) => ticksPerBeat / count);
  const isOn = (tick: number): boolean =>
    periods.some((period) => Math.abs(tick - Math.round(tick / period) * period) < 1);
  let byChance = 0;
  for (let tick = 0; tick < ticksPerBeat; tick++) if (isOn(tick)) byChance += 1 / ticksPerBeat;
  if (byChance > 0.75) return 0;
  const share = ticks.filter(isOn).length / ticks.length;
  return (share - byChance) / (1 - byChance);
}
