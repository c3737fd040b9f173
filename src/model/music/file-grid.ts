import { type BeatLine, splitLongBars } from './beat-line.ts';
import type { MidiSong } from './song.ts';
import { mapOfSong } from './tempo-map.ts';

/** A stretch of the file under one time signature. */
interface Section {
  readonly tick: number;
  readonly numerator: number;
  readonly denominator: number;
  /** Whether a signature says so. */
  readonly said: boolean;
}

/** More beats than this (two hours at 1000 bpm) are no grid that a musician would have meant. */
const MAX_BEATS = 120_000;
/** Bars of more quarters are none that anyone counts. */
const LONGEST_BAR = 32;
/** One-beat bars, this many and more, are what beat trackers write where they know of no bars. */
const PLACEHOLDER_BARS = 3;

/** Whether the file's ticks can be beats at all. */
export function hasBeats(song: MidiSong): boolean {
  return !song.frames && lastTick(song) / song.ticksPerBeat <= MAX_BEATS;
}

/**
 * The file's own beats with its bars, from tick 0 to the end of its notes: quarters, or eighths where most of the bars are no
 * whole number of quarters. A first bar of half a bar and less is a pickup, counted back from where the second begins. Where another signature ends within
 * a beat, the last beat before it is stretched or squeezed to meet it.
 */
export function gridOfFile(song: MidiSong): BeatLine {
  const end = lastTick(song);
  const sections = sectionsOf(song, end);
  const beatValue = countsEighths(sections, end, song.ticksPerBeat) ? 8 : 4;
  const unit = (song.ticksPerBeat * 4) / beatValue;
  const marks: number[] = [];
  const bars: number[] = [];
  const metres: { beat: number; numerator: number; denominator: number }[] = [];
  let pickup = false;
  for (const [i, section] of sections.entries()) {
    const next = sections[i + 1];
    const barBeats = beatsOfBar(section, beatValue);
    const length = (next?.tick ?? end + 1) - section.tick;
    const isPickup = i === 0 && next !== undefined && length <= ticksOfBar(next, song.ticksPerBeat) / 2;
    const beats = next
      ? isPickup
        ? Math.ceil(length / unit - 1e-9)
        : Math.round(length / unit)
      : wholeBars(length / unit, barBeats);
    if (beats === 0) continue;
    const start = isPickup ? next.tick - beats * unit : section.tick;
    // The very first beat reaches back to tick 0 when what came before it was too short to be one.
    for (let b = 0; b < beats; b++) marks.push(marks.length === 0 && !isPickup ? 0 : start + b * unit);
    if (section.said && !isPickup) {
      const { numerator, denominator } = section;
      metres.push({ beat: bars.reduce((sum, bar) => sum + bar, 0), numerator, denominator });
    }
    for (let left = beats; left > 0; left -= barBeats) bars.push(Math.min(left, barBeats));
    if (isPickup) pickup = true;
    if (!next) marks.push(section.tick + beats * unit);
  }
  const map = mapOfSong(song);
  return {
    marks,
    seconds: marks.map((tick) => map.seconds(tick)),
    bars: splitLongBars(bars),
    barLines: barLinesOf(bars, pickup),
    metres,
    ...(beatValue === 8 ? { beatValue } : {}),
  };
}

const wholeBars = (beats: number, barBeats: number): number => Math.ceil(beats / barBeats - 1e-9) * barBeats;

/** Beats at which the bars begin; a pickup is none. */
function barLinesOf(bars: readonly number[], pickup: boolean): number[] {
  const lines: number[] = [];
  let beat = 0;
  for (const [i, bar] of bars.entries()) {
    if (i > 0 || !pickup) lines.push(beat);
    beat += bar;
  }
  return lines;
}

const quartersOfBar = ({ numerator, denominator }: Section): number => (numerator * 4) / denominator;
const ticksOfBar = (section: Section, ticksPerBeat: number): number => quartersOfBar(section) * ticksPerBeat;

/** A whole number of beats; four quarters where the bar is none. */
function beatsOfBar(section: Section, beatValue: number): number {
  const beats = (quartersOfBar(section) * beatValue) / 4;
  return Number.isInteger(beats) && quartersOfBar(section) <= LONGEST_BAR ? beats : beatValue;
}

/** True where more of the file is in bars that are whole in eighths but not in quarters. */
function countsEighths(sections: readonly Section[], end: number, ticksPerBeat: number): boolean {
  let eighths = 0;
  for (const [i, section] of sections.entries()) {
    const length = (sections[i + 1]?.tick ?? end + 1) - section.tick;
    const quarters = quartersOfBar(section);
    const isOdd = !Number.isInteger(quarters) && Number.isInteger(quarters * 2);
    if (isOdd && length >= quarters * ticksPerBeat * 2) eighths += length;
  }
  return eighths > (end + 1) / 2;
}

function sectionsOf(song: MidiSong, end: number): Section[] {
  const sections: Section[] = [{ tick: 0, numerator: 4, denominator: 4, said: false }];
  const signatures = song.timeSignatures.filter(({ tick }) => tick <= end);
  for (const [i, signature] of signatures.entries()) {
    const length = (signatures[i + 1]?.tick ?? end + 1) - signature.tick;
    const section = { ...said(signature, length, song.ticksPerBeat), tick: signature.tick };
    const last = sections[sections.length - 1];
    const since = section.tick - last.tick;
    const isSame = section.numerator === last.numerator && section.denominator === last.denominator;
    const inStep = since % ticksOfBar(section, song.ticksPerBeat) === 0;
    // What came before was too short to be a beat, and no pickup that a signature names.
    if (since < song.ticksPerBeat / 2 && (!last.said || since < song.ticksPerBeat / 16))
      sections[sections.length - 1] = section;
    else if (!isSame || !inStep || !last.said) sections.push(section);
  }
  return sections;
}

/** A signature, or four quarters in place of one that claims nothing. */
function said(
  { numerator, denominator }: { numerator: number; denominator: number },
  length: number,
  ticksPerBeat: number,
): Omit<Section, 'tick'> {
  const bar = (numerator * 4 * ticksPerBeat) / denominator;
  const isPlaceholder =
    (numerator === 1 && length >= PLACEHOLDER_BARS * bar) || bar > LONGEST_BAR * ticksPerBeat;
  return isPlaceholder
    ? { numerator: 4, denominator: 4, said: false }
    : { numerator, denominator, said: true };
}

function lastTick(song: MidiSong): number {
  let last = 0;
  for (const note of song.notes) last = Math.max(last, note.startTick, note.endTick - 1);
  return last;
}
