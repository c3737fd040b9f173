import { largest } from '../lists.ts';
import { MAX_BEATS_PER_BAR, type MetreChange } from './piece.ts';

/**
 * The beats of a piece as a ruler. Beat i runs from `marks[i]` to `marks[i + 1]`; the same points in seconds are in
 * `seconds`. Marks are ticks of the file, with fractions where beats were found by listening; before they are laid on the file,
 * seconds. `bars` holds the beats of each bar; their sum is one less than the number of marks.
 */
export interface BeatLine {
  readonly marks: readonly number[];
  readonly seconds: readonly number[];
  readonly bars: readonly number[];
  /** Beats at which the bars as they are written begin, where long ones were cut or the first is a pickup; absent: all of `bars`. */
  readonly barLines?: readonly number[];
  /** Metres that a file states. */
  readonly metres?: readonly MetreChange[];
  /** Beats are eighth notes. */
  readonly beatValue?: 8;
}

/** Beats from the first mark to a value in `marks`' unit; runs on at the outer beats' pace beyond the ends. */
export function beatAt(marks: readonly number[], value: number): number {
  let low = 0;
  let high = marks.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (marks[middle] <= value) low = middle;
    else high = middle - 1;
  }
  return low + (value - marks[low]) / (marks[low + 1] - marks[low]);
}

/** Beats of each bar with long bars cut into even ones of at most four: 5 = 3 + 2, 6 = 3 + 3, 8 = 4 + 4. */
export function splitLongBars(bars: readonly number[]): number[] {
  return bars.flatMap((beats) => {
    const parts = Math.max(1, Math.ceil(beats / MAX_BEATS_PER_BAR));
    return Array.from({ length: parts }, (_, i) => Math.floor((beats + parts - 1 - i) / parts));
  });
}

/** The same beats so many ticks later, with a bar before them where that leaves music out. */
export function shiftMarks(line: BeatLine, ticks: number): BeatLine {
  if (ticks === 0) return line;
  const first = line.bars[0];
  const later = (beat: number): number => beat + first;
  const padded = pad(line, first, 0);
  return {
    ...line,
    marks: padded.marks.map((mark) => mark + ticks),
    seconds: padded.seconds,
    bars: [first, ...line.bars],
    ...(line.barLines && { barLines: [0, ...line.barLines.map(later)] }),
    ...(line.metres && {
      metres: line.metres.map((metre) => ({ ...metre, beat: metre.beat === 0 ? 0 : later(metre.beat) })),
    }),
  };
}

/** Twice as many beats, the new ones halfway; bars hold the time that they held, cut in two where they must be. */
export function doubleBeats(line: BeatLine): BeatLine {
  return {
    marks: halfway(line.marks),
    seconds: halfway(line.seconds),
    bars: splitLongBars(line.bars.map((beats) => beats * 2)),
  };
}

function halfway(values: readonly number[]): number[] {
  return values.flatMap((value, i) => (i === 0 ? [value] : [(values[i - 1] + value) / 2, value]));
}

/** Half as many beats: every second one, counted from where bars of one length begin; bars keep their beats. */
export function halveBeats(line: BeatLine): BeatLine {
  const marks: number[] = [];
  const seconds: number[] = [];
  const bars: number[] = [];
  let beat = 0;
  for (let bar = 0; bar < line.bars.length; ) {
    const length = line.bars[bar];
    let run = 0;
    while (line.bars[bar] === length) {
      run += length;
      bar++;
    }
    for (let i = 0; i < run; i += 2) {
      marks.push(line.marks[beat + i]);
      seconds.push(line.seconds[beat + i]);
    }
    const half = Math.ceil(run / 2);
    for (let left = half; left > 0; left -= length) bars.push(Math.min(left, length));
    beat += run;
  }
  marks.push(line.marks[beat]);
  seconds.push(line.seconds[beat]);
  return { marks, seconds, bars };
}

/** Moves the bar lines later by `shift` beats (earlier when negative); the beats stay. */
export function shiftBars(line: BeatLine, shift: number): BeatLine {
  const length = largest(line.bars);
  const later = ((Math.round(shift) % length) + length) % length;
  if (later === 0) return line;
  // Silent beats in front make the part before the first moved line a full bar; as many bars, one beat pattern on.
  return { ...pad(line, length - later, later), bars: [length, ...line.bars] };
}

/** Bars of so many beats from the first bar line on. */
export function barsOf(line: BeatLine, length: number): BeatLine {
  const beats = line.marks.length - 1;
  const missing = (length - (beats % length)) % length;
  return {
    ...pad(line, 0, missing),
    bars: Array.from({ length: (beats + missing) / length }, () => length),
  };
}

/** Adds beats at the ends, each as long as the outermost; bars are left for the caller to mend. */
export function pad(line: BeatLine, before: number, after: number): BeatLine {
  return {
    marks: padValues(line.marks, before, after),
    seconds: padValues(line.seconds, before, after),
    bars: line.bars,
  };
}

function padValues(values: readonly number[], before: number, after: number): number[] {
  const first = values[1] - values[0];
  const last = values[values.length - 1] - values[values.length - 2];
  return [
    ...Array.from({ length: before }, (_, i) => values[0] - (before - i) * first),
    ...values,
    ...Array.from({ length: after }, (_, i) => values[values.length - 1] + (i + 1) * last),
  ];
}
