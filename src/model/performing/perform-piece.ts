import { type PedalSpan, type Piece, type PieceNote, STEPS_PER_BEAT } from '../music/piece.ts';
import { gridBars } from './grid-bars.ts';
import type { PerformerNetwork } from './network.ts';
import { PedalLine, pedalActions, spansOf } from './pedal-steps.ts';
import { Performance } from './performance.ts';
import type { PlayedEmotion } from './step-reader.ts';
import type { Touch } from './touch.ts';

export interface PerformOptions extends Touch {
  readonly seed: number;
  /** The emotion of each bar; the last one goes on. */
  readonly emotion: readonly NonNullable<PlayedEmotion>[];
  /** Only these bars, from and up to (not with); the pedal and the notes of the others stay as they are. */
  readonly fromBar?: number;
  readonly toBar?: number;
  /** The notes say themselves how they are played beside the grid: `timing` scales that, and only the pedal is added. */
  readonly isTimed?: boolean;
}

/** Bars that are read before the first that is played. */
const CONTEXT = 8;

/** The piece as it is played: pedal and offsets, and nothing else, in the bars asked for. */
export function performPiece(network: PerformerNetwork, piece: Piece, options: PerformOptions): Piece {
  const { pedal, timing, seed, emotion, fromBar = 0, toBar = piece.barBeats.length, isTimed } = options;
  const line = new PedalLine();
  const notes = [...piece.notes];
  const known = pedalActions(piece);
  const performance = new Performance(network, seed);
  const bars = gridBars(piece);
  const begin = Math.max(0, fromBar - CONTEXT);
  for (const [index, { bar, first, startStep }] of bars.entries()) {
    if (index < begin || index >= toBar) continue;
    const isKept = index < fromBar;
    const steps = bar.beats * STEPS_PER_BEAT;
    const done = isKept ? known.slice(startStep, startStep + steps) : [];
    const played = performance.play(bar, emotion[Math.min(index, emotion.length - 1)] ?? null, done);
    for (const [i, step] of played.actions.entries()) line.add(startStep + i, step, 0);
    if (isKept) continue;
    for (const [i, offset] of played.offsets.entries()) {
      const note = notes[first + i];
      notes[first + i] = moved(note, timing * (isTimed ? (note.offset ?? 0) : offset));
    }
  }
  if (!pedal) return { ...piece, notes };
  const from = bars[fromBar]?.startStep ?? 0;
  const to = bars[toBar]?.startStep ?? known.length;
  const spans = splice(piece.pedal ?? [], spansOf(line.take(Number.POSITIVE_INFINITY), to), from, to);
  const { pedal: _, ...rest } = piece;
  return { ...rest, notes, ...(spans.length > 0 ? { pedal: spans } : {}) };
}

function moved({ offset: _, ...note }: PieceNote, offset: number): PieceNote {
  const rounded = Math.round(offset * 1000) / 1000;
  // Nothing is played before the piece begins.
  const late = Math.max(rounded, -note.step);
  return late === 0 ? note : { ...note, offset: late };
}

/** Spans of `inner` within [from, to), of `outer` elsewhere; spans that meet at an edge become one. */
export function splice(
  outer: readonly PedalSpan[],
  inner: readonly PedalSpan[],
  from: number,
  to: number,
): PedalSpan[] {
  const cut = (spans: readonly PedalSpan[], low: number, high: number): PedalSpan[] =>
    spans
      .map(({ startStep, endStep }) => ({
        startStep: Math.max(low, startStep),
        endStep: Math.min(high, endStep),
      }))
      .filter(({ startStep, endStep }) => endStep > startStep);
  const all = [...cut(outer, 0, from), ...cut(inner, from, to), ...cut(outer, to, Number.POSITIVE_INFINITY)];
  const joined: PedalSpan[] = [];
  for (const span of all) {
    const last = joined[joined.length - 1];
    const meets = last?.endStep === span.startStep && (span.startStep === from || span.startStep === to);
    if (meets) joined[joined.length - 1] = { startStep: last.startStep, endStep: span.endStep };
    else joined.push(span);
  }
  return joined;
}
