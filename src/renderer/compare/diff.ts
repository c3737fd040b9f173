import { ALL_ELEMENTS, type AnyElement } from '../../contract/elements.ts';
import type { Piece, PieceNote } from '../../model/music/piece.ts';
import { STEPS_PER_BEAT } from '../../model/music/piece.ts';
import { barAt, barStarts } from '../edit/bars.ts';
import { type Places, placeOf } from '../edit/piece-edit.ts';

/** How two pieces differ. A note is the same note in both where it begins at the same step with the same pitch. */
export interface PieceDiff {
  /** In both, held and struck alike. */
  readonly same: Places;
  /** In both, but held or struck differently. */
  readonly changed: Places;
  readonly onlyA: Places;
  readonly onlyB: Places;
  /** Bars with a note that is not the same in both, counted on the longer piece, from 0. */
  readonly bars: readonly number[];
  /** Elements that are not the same. */
  readonly elements: ReadonlySet<AnyElement>;
}

export function diffPieces(a: Piece, b: Piece): PieceDiff {
  const inB = new Map(b.notes.map((note) => [placeOf(note), note]));
  const inA = new Set(a.notes.map(placeOf));
  const same = new Set<string>();
  const changed = new Set<string>();
  const onlyA = new Set<string>();
  const differing: PieceNote[] = [];
  for (const note of a.notes) {
    const place = placeOf(note);
    const other = inB.get(place);
    const alike = other?.duration === note.duration && other.velocity === note.velocity;
    (alike ? same : other ? changed : onlyA).add(place);
    if (!alike) differing.push(note);
  }
  const added = b.notes.filter((note) => !inA.has(placeOf(note)));
  const starts = [barStarts(a), barStarts(b)].sort((one, two) => one.length - two.length)[1];
  const bars = new Set([...differing, ...added].map(({ step }) => barAt(starts, step / STEPS_PER_BEAT)));
  return {
    same,
    changed,
    onlyA,
    onlyB: new Set(added.map(placeOf)),
    bars: [...bars].sort((one, two) => one - two),
    elements: new Set(ALL_ELEMENTS.filter((element) => TRACE[element](a) !== TRACE[element](b))),
  };
}

const ofNotes =
  (tell: (note: PieceNote) => unknown) =>
  ({ notes }: Piece): string =>
    JSON.stringify(notes.map(tell));

/** All that a piece says of an element, to be compared as text. */
const TRACE: Readonly<Record<AnyElement, (piece: Piece) => string>> = {
  tempo: ({ tempos }) => JSON.stringify(tempos.map(({ beat, bpm }) => [beat, bpm])),
  chord: ({ chords }) =>
    JSON.stringify(chords.map(({ beat, chord }) => [beat, chord?.root, chord?.quality, chord?.bass])),
  barBeat: ({ barBeats, notes }) => JSON.stringify([barBeats, [...new Set(notes.map(({ step }) => step))]]),
  type: ofNotes(({ step }) => step),
  pitch: ofNotes(({ step, pitch }) => [step, pitch]),
  duration: ofNotes(({ step, pitch, duration }) => [step, pitch, duration]),
  pedal: ({ pedal = [] }) => JSON.stringify(pedal.map(({ startStep, endStep }) => [startStep, endStep])),
  velocity: ofNotes(({ step, pitch, velocity }) => [step, pitch, velocity]),
};

/** "bars 1–4, 7 and 9"; bars count from 0. */
export function barsText(bars: readonly number[]): string {
  const runs: string[] = [];
  for (let i = 0; i < bars.length; ) {
    let last = i;
    while (bars[last + 1] === bars[last] + 1) last++;
    runs.push(last > i ? `${bars[i] + 1}–${bars[last] + 1}` : `${bars[i] + 1}`);
    i = last + 1;
  }
  const list = runs.length > 1 ? `${runs.slice(0, -1).join(', ')} and ${runs[runs.length - 1]}` : runs[0];
  return `bar${bars.length > 1 ? 's' : ''} ${list}`;
}
