import type { Key, PedalSpan, TempoChange } from './changes.ts';
import type { MpeZone } from './mpe.ts';
import { TempoMap } from './tempo-map.ts';

/** A beat of a piece beside the tick of the file at which it stands. */
export interface Mark {
  readonly beat: number;
  readonly tick: number;
}

/** A voice of a file: a track and channel of its own. */
export interface Part {
  readonly name: string;
  /** 0..15 */
  readonly channel: number;
  /** General MIDI program, 0..127. */
  readonly program: number;
}

/**
 * Where a piece lies in the file that it was read from, and what that file says of tempo, metre, key and names: so that what was
 * not edited is written again exactly as it was. Ticks and seconds count from the start of the file.
 */
export interface FileTime {
  /** Ticks a quarter note. */
  readonly ticksPerBeat: number;
  /** At least two, rising; straight in between and beyond. */
  readonly marks: readonly Mark[];
  readonly tempos: readonly { readonly tick: number; readonly microseconds: number }[];
  readonly signatures: readonly {
    readonly tick: number;
    readonly numerator: number;
    readonly denominator: number;
  }[];
  readonly keys: readonly {
    readonly tick: number;
    readonly sharps: number;
    readonly mode: 'major' | 'minor';
  }[];
  readonly texts: readonly { readonly tick: number; readonly kind: FileText; readonly text: string }[];
  readonly parts: readonly Part[];
  /** MPE zones, in which channel 10 is no drum. */
  readonly zones: readonly MpeZone[];
  /** Pedals as they were moved (CC 64, 66, 67), of each part's channel. */
  readonly pedals: readonly {
    readonly tick: number;
    readonly channel: number;
    readonly number: number;
    readonly value: number;
  }[];
  /** The sustain pedal of those, as the piece has it. */
  readonly pedalSpans: readonly PedalSpan[];
  /** The key as it was heard: signatures are the file's while the piece is in it. */
  readonly key: Key;
  readonly title: string;
  readonly endTick: number;
}

export type FileText = 'text' | 'lyrics' | 'marker' | 'cuePoint';

/** The tick of a beat (fractions allowed). */
export function tickOfBeat({ marks }: Pick<FileTime, 'marks'>, beat: number): number {
  const i = segment(marks.length, (at) => marks[at].beat <= beat);
  const [from, to] = [marks[i], marks[i + 1]];
  return from.tick + ((beat - from.beat) * (to.tick - from.tick)) / (to.beat - from.beat);
}

function beatOfTick({ marks }: Pick<FileTime, 'marks'>, tick: number): number {
  const i = segment(marks.length, (at) => marks[at].tick <= tick);
  const [from, to] = [marks[i], marks[i + 1]];
  return from.beat + ((tick - from.tick) * (to.beat - from.beat)) / (to.tick - from.tick);
}

/** Marks of a row of ticks, one a beat, without those that lie on the way between others. */
export function marksOf(ticks: readonly number[]): Mark[] {
  const marks: Mark[] = [];
  for (const [beat, tick] of ticks.entries()) {
    const onTheWay =
      beat > 0 &&
      beat + 1 < ticks.length &&
      Math.abs(ticks[beat + 1] - tick - (tick - ticks[beat - 1])) < 1e-9 * Math.max(1, Math.abs(tick));
    if (!onTheWay) marks.push({ beat, tick });
  }
  return marks;
}

/** Tempo in beats a minute from every place where it changes, over `beats` beats: played at these, a piece keeps the file's time. */
export function temposOfFile(file: FileTime, beats: number): TempoChange[] {
  const map = new TempoMap(file.tempos, file.ticksPerBeat);
  const places = new Set<number>([0, beats]);
  for (const { beat } of file.marks) if (beat > 0 && beat < beats) places.add(beat);
  for (const { tick } of file.tempos) {
    const beat = round(beatOfTick(file, tick));
    if (beat > 0 && beat < beats) places.add(beat);
  }
  const rising = [...places].sort((a, b) => a - b);
  const changes: TempoChange[] = [];
  for (const [i, beat] of rising.slice(0, -1).entries()) {
    const seconds = map.seconds(tickOfBeat(file, rising[i + 1])) - map.seconds(tickOfBeat(file, beat));
    if (!(seconds > 0)) continue;
    const bpm = plainTempo((60 * (rising[i + 1] - beat)) / seconds);
    const last = changes.at(-1);
    if (!last || Math.abs(bpm / last.bpm - 1) > 1e-9) changes.push({ beat: last ? beat : 0, bpm });
  }
  return changes.length > 0 ? changes : [{ beat: 0, bpm: 120 }];
}

/** Whole microseconds a beat cannot say every tempo; two decimals bring back what was meant where it is the same to them. */
function plainTempo(bpm: number): number {
  const plain = Math.round(bpm * 100) / 100;
  return Math.abs(60e6 / plain - 60e6 / bpm) <= 0.51 ? plain : bpm;
}

const round = (value: number): number => Math.round(value * 1e6) / 1e6;

/** The last place of `count` but one for which `isBefore` holds, or 0. */
function segment(count: number, isBefore: (at: number) => boolean): number {
  let low = 0;
  let high = count - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isBefore(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
