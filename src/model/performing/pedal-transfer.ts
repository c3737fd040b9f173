import { type PedalSpan, type Piece, STEPS_PER_BEAT } from '../music/piece.ts';

/**
 * A piece with the pedal of another, bar by bar: bar i takes that of the donor's bar i, from the start again where the donor
 * is shorter. Of `amount` 0..1 so many bars in a hundred take it, evenly spread; the others keep their own.
 */
export function takePedal(piece: Piece, donor: Piece, amount: number): Piece {
  const own = barSpans(piece);
  const others = barSpans(donor);
  const spans = own.flatMap(({ start, steps, spans }, bar) => {
    const takes = Math.floor((bar + 1) * amount + 1e-9) > Math.floor(bar * amount + 1e-9);
    const taken = takes ? cut(others[bar % others.length].spans, 0, steps) : spans;
    return taken.map(({ startStep, endStep }) => ({
      startStep: startStep + start,
      endStep: endStep + start,
    }));
  });
  const { pedal: _, ...rest } = piece;
  const joined = join(spans);
  return joined.length > 0 ? { ...rest, pedal: joined } : rest;
}

/** The pedal of each bar, in steps from its start. */
function barSpans({ barBeats, pedal = [] }: Piece) {
  let start = 0;
  return barBeats.map((beats) => {
    const [from, steps] = [start, beats * STEPS_PER_BEAT];
    start += steps;
    const spans = cut(pedal, from, from + steps);
    return {
      start: from,
      steps,
      spans: spans.map(({ startStep, endStep }) => ({
        startStep: startStep - from,
        endStep: endStep - from,
      })),
    };
  });
}

function cut(spans: readonly PedalSpan[], from: number, to: number): PedalSpan[] {
  return spans
    .map(({ startStep, endStep }) => ({
      startStep: Math.max(from, startStep),
      endStep: Math.min(to, endStep),
    }))
    .filter(({ startStep, endStep }) => endStep > startStep);
}

/** Spans that meet, as they do where a held pedal was cut at a bar line, as one. */
function join(spans: readonly PedalSpan[]): PedalSpan[] {
  const joined: PedalSpan[] = [];
  for (const span of spans) {
    const last = joined[joined.length - 1];
    if (last && last.endStep >= span.startStep)
      joined[joined.length - 1] = { startStep: last.startStep, endStep: span.endStep };
    else joined.push(span);
  }
  return joined;
}
