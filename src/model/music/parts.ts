import { requireInput } from '../error.ts';
import { cutPiece } from './cut-piece.ts';
import {
  type ChordChange,
  type Key,
  type MetreChange,
  type PedalSpan,
  type Piece,
  type PieceNote,
  STEPS_PER_BEAT,
} from './piece.ts';

/** Pieces as building blocks: cut to length, laid end to end, with room made in them. None stays in its file's time. */

const beatsOf = (piece: Piece): number => piece.barBeats.reduce((sum, beats) => sum + beats, 0);

/** Bars [from, to) alone; what rings on behind them is damped at their end. */
export function trimPiece(piece: Piece, from: number, to: number): Piece {
  requireInput(
    from >= 0 && from < to && to <= piece.barBeats.length,
    `Bars ${from + 1} to ${to} do not lie within the ${piece.barBeats.length} bars of this clip.`,
  );
  const cut = cutPiece(piece, from, to);
  const end = beatsOf(cut) * STEPS_PER_BEAT;
  return { ...cut, notes: cut.notes.map((note) => endedBy(note, end)) };
}

/** The bars before `bar`, and those from it on. */
export function splitPiece(piece: Piece, bar: number): [Piece, Piece] {
  requireInput(
    bar > 0 && bar < piece.barBeats.length,
    'A clip is split at a bar line within it: put the playhead there.',
  );
  return [trimPiece(piece, 0, bar), trimPiece(piece, bar, piece.barBeats.length)];
}

export function repeatPiece(piece: Piece, times: number): Piece {
  requireInput(
    Number.isInteger(times) && times >= 1,
    `A clip is repeated a whole number of times, not ${times}.`,
  );
  return joinPieces(Array.from({ length: times }, () => piece));
}

/** Laid end to end: each keeps its tempo, chords, key, metre and pedal. */
export function joinPieces(pieces: readonly Piece[]): Piece {
  requireInput(pieces.length > 0, 'There is nothing to join.');
  const [first] = pieces;
  requireInput(
    pieces.every(({ beatValue }) => beatValue === first.beatValue),
    'Clips that count in eighths (3/8, 7/8) and clips that count in quarters cannot be laid end to end.',
  );
  const starts = startsOf(pieces);
  const placed = <T extends { readonly beat: number }>(listOf: (piece: Piece) => readonly T[]): T[] =>
    pieces.flatMap((piece, i) =>
      listOf(piece).map((change) => ({ ...change, beat: change.beat + starts[i] })),
    );
  const some = (has: (piece: Piece) => unknown): boolean => pieces.some((piece) => Boolean(has(piece)));
  const varies = some((piece) => piece.keys || !sameKey(piece.key, first.key));
  return {
    key: first.key,
    barBeats: pieces.flatMap(({ barBeats }) => barBeats),
    notes: pieces.flatMap(({ notes }, i) =>
      notes.map((note) => ({ ...note, step: note.step + starts[i] * STEPS_PER_BEAT })),
    ),
    tempos: placed((piece) => piece.tempos),
    chords: placed(chordsFromStart),
    ...(some(({ pedal }) => pedal) && {
      pedal: pieces.flatMap(({ pedal = [] }, i) =>
        pedal.map((span) => moved(span, starts[i] * STEPS_PER_BEAT)),
      ),
    }),
    ...(first.beatValue && { beatValue: first.beatValue }),
    ...(some(({ metres }) => metres) && { metres: placed(metresOf) }),
    ...(varies && { keys: placed(({ keys, key }) => keys ?? [{ beat: 0, key }]) }),
    ...(some(({ pace }) => pace) && { pace: placed(({ pace, tempos }) => pace ?? tempos) }),
  };
}

/** First beat of each piece where they lie end to end. */
export function startsOf(pieces: readonly Pick<Piece, 'barBeats'>[]): number[] {
  let start = 0;
  return pieces.map(({ barBeats }) => {
    const at = start;
    start += barBeats.reduce((sum, beats) => sum + beats, 0);
    return at;
  });
}

/** Room of `count` empty bars before bar `at`; after the last bar, at its number of bars. They have the metre beside them. */
export function insertBars(piece: Piece, at: number, count: number): Piece {
  const { barBeats } = piece;
  requireInput(at >= 0 && at <= barBeats.length, `There is no bar ${at + 1} to put bars before.`);
  const beats = barBeats[at - 1] ?? barBeats[at] ?? 4;
  const from = barBeats.slice(0, at).reduce((sum, one) => sum + one, 0);
  const by = count * beats;
  const step = from * STEPS_PER_BEAT;
  const steps = by * STEPS_PER_BEAT;
  /** What is in force at the start is so in bars that come before it, too. */
  const later = <T extends { readonly beat: number }>(changes: readonly T[]): T[] =>
    changes.map((change, i) =>
      change.beat < from || (from === 0 && i === 0 && change.beat === 0)
        ? change
        : { ...change, beat: change.beat + by },
    );
  const { file: _, ...rest } = piece;
  return {
    ...rest,
    barBeats: [...barBeats.slice(0, at), ...new Array<number>(count).fill(beats), ...barBeats.slice(at)],
    notes: piece.notes.map((note) =>
      note.step < step ? endedBy(note, step) : { ...note, step: note.step + steps },
    ),
    tempos: later(piece.tempos),
    chords: later(piece.chords),
    ...(piece.pedal && {
      pedal: piece.pedal.flatMap((span) =>
        span.endStep <= step
          ? [span]
          : span.startStep >= step
            ? [moved(span, steps)]
            : [{ startStep: span.startStep, endStep: step }],
      ),
    }),
    ...(piece.metres && { metres: later(piece.metres) }),
    ...(piece.keys && { keys: later(piece.keys) }),
    ...(piece.pace && { pace: later(piece.pace) }),
  };
}

/** Bars without a note, going on in the key, metre and tempo in which `beside` ends. */
export function restBars(beside: Piece | null, bars: number): Piece {
  const bpm = beside?.tempos.at(-1)?.bpm ?? 120;
  return {
    key: beside?.keys?.at(-1)?.key ?? beside?.key ?? { tonic: 0, mode: 'major' },
    barBeats: new Array<number>(bars).fill(beside?.barBeats.at(-1) ?? 4),
    notes: [],
    tempos: [{ beat: 0, bpm }],
    chords: [{ beat: 0, chord: null }],
    ...(beside?.beatValue && { beatValue: beside.beatValue }),
  };
}

const sameKey = (a: Key, b: Key): boolean => a.tonic === b.tonic && a.mode === b.mode;

const moved = ({ startStep, endStep }: PedalSpan, by: number): PedalSpan => ({
  startStep: startStep + by,
  endStep: endStep + by,
});

/** A note that has ended by a step; one that begins before it keeps at least half a step. */
function endedBy(note: PieceNote, end: number): PieceNote {
  const most = end - note.step;
  if (note.duration <= most && (note.length ?? 0) <= most) return note;
  const { length, duration, ...rest } = note;
  return {
    ...rest,
    duration: Math.min(duration, Math.max(0.5, most)),
    ...(length !== undefined && { length: Math.min(length, most) }),
  };
}

/** A piece that says no chord at its start has none there, whatever the one before ended on. */
function chordsFromStart({ chords }: Piece): readonly ChordChange[] {
  return chords[0]?.beat === 0 ? chords : [{ beat: 0, chord: null }, ...chords];
}

function metresOf({ metres, barBeats, beatValue }: Piece): readonly MetreChange[] {
  if (metres) return metres;
  const said: MetreChange[] = [];
  let beat = 0;
  for (const numerator of barBeats) {
    if (said.at(-1)?.numerator !== numerator) said.push({ beat, numerator, denominator: beatValue ?? 4 });
    beat += numerator;
  }
  return said;
}
