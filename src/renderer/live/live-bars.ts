import type { Emotion } from '../../contract/document.ts';
import { LIVE_BARS, type LiveBar } from '../../contract/live.ts';
import { largest } from '../../model/lists.ts';
import { inHeardMode } from '../../model/music/hear-again.ts';
import { type Key, type Piece, STEPS_PER_BEAT } from '../../model/music/piece.ts';
import { type PedalMove, spansOf } from '../../model/performing/pedal-steps.ts';

/** Of a bar that is not there: the chord before it does not sound on. */
const SILENCE = [{ beat: 0, chord: null }];

export type LiveBars = ReadonlyMap<number, LiveBar>;

/** Bars with one more, or one that was written anew; the oldest are let go. */
export function withBar(bars: LiveBars, bar: LiveBar): LiveBars {
  const next = new Map(bars).set(bar.index, bar);
  const newest = largest(next.keys());
  for (const index of next.keys()) if (index <= newest - LIVE_BARS) next.delete(index);
  return next;
}

const PAGE = 8;
const BEFORE = 2;
const AFTER = 2;
/** Bars that the lanes show: a page, what led to it and what comes. */
export const SHOWN_BARS = BEFORE + PAGE + AFTER;

/** First bar that is shown while this one sounds: pages are turned, so that the music stands still meanwhile. */
export function pageStart(sounding: number): number {
  return Math.max(0, Math.floor(sounding / PAGE) * PAGE - BEFORE);
}

/** The bars [from, from + count) as a piece, in the mode that they turned to; one that is not there (any more, or yet) is empty. */
export function pieceOfBars(
  bars: LiveBars,
  { from, count, key, beatsPerBar }: { from: number; count: number; key: Key; beatsPerBar: number },
): Piece {
  const barBeats: number[] = [];
  const notes: Piece['notes'][number][] = [];
  const tempos: Piece['tempos'][number][] = [];
  const chords: Piece['chords'][number][] = [];
  const moves: PedalMove[] = [];
  let start = 0;
  for (let index = from; index < from + count; index++) {
    const bar = bars.get(index)?.bar;
    for (const note of bar?.notes ?? []) notes.push({ ...note, step: start * STEPS_PER_BEAT + note.step });
    for (const { beat, down } of bar?.pedal ?? [])
      moves.push({ step: (start + beat) * STEPS_PER_BEAT, down });
    if (!bar) moves.push({ step: start * STEPS_PER_BEAT, down: false });
    for (const { beat, bpm } of bar?.tempos ?? [])
      if (tempos.at(-1)?.bpm !== bpm) tempos.push({ beat: start + beat, bpm });
    for (const { beat, chord } of bar?.chords ?? SILENCE)
      if (chords.length === 0 || !isSame(chords[chords.length - 1].chord, chord))
        chords.push({ beat: start + beat, chord });
    barBeats.push(bar?.beats ?? beatsPerBar);
    start += barBeats[barBeats.length - 1];
  }
  if (tempos[0]?.beat !== 0) tempos.unshift({ beat: 0, bpm: tempos[0]?.bpm ?? 120 });
  const pedal = spansOf(moves, start * STEPS_PER_BEAT);
  return inHeardMode({ key, barBeats, notes, tempos, chords, ...(pedal.length > 0 ? { pedal } : {}) });
}

/** What was asked of each of these bars; the last that is known holds on. */
export function askedOfBars(bars: LiveBars, from: number, count: number, now: Emotion): Emotion[] {
  return Array.from({ length: count }, (_, i) => bars.get(from + i)?.emotion ?? now);
}

/** The last bars up to the one that sounds, as many as there are in a row. */
export function lastBars(bars: LiveBars, sounding: number, most: number): { from: number; count: number } {
  let from = sounding + 1;
  while (from > 0 && sounding + 1 - from < most && bars.has(from - 1)) from--;
  return { from, count: sounding + 1 - from };
}

const isSame = (a: Piece['chords'][number]['chord'], b: Piece['chords'][number]['chord']): boolean =>
  a?.root === b?.root && a?.quality === b?.quality && a?.bass === b?.bass;
