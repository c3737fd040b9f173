import { metresOfBars } from './file-of-song.ts';
import { type FileTime, temposOfFile, tickOfBeat } from './file-time.ts';
import type { MetreChange, PedalSpan, Piece, TempoChange } from './piece.ts';

/** Ticks a quarter note of music that has no file's time. */
const TICKS_PER_BEAT = 480;
/** The header has 15 bits for them. */
const MOST_TICKS_PER_BEAT = 0x7fff;
/** In place of a time division that is no whole number (SMPTE). */
const FINE_TICKS_PER_BEAT = 15_360;

/** Where everything of a piece lies in the file that is written. */
export interface ExportTime {
  readonly ticksPerBeat: number;
  /** True where notes keep the exact places and lengths of the file that the piece was read from. */
  readonly isExact: boolean;
  /** Whole ticks; below 0 before the start of the file. */
  tickOf(beat: number): number;
  /** Where a stroke ends that begins at `from`, `start` steps from the beginning, and is held so many steps. */
  endOf(from: number, start: number, length: number): number;
  /** Nothing sounds longer. */
  readonly lastTick: number;
  readonly endTick: number;
  readonly tempos: readonly { tick: number; microseconds: number }[];
  readonly signatures: readonly { tick: number; numerator: number; denominator: number }[];
  /** As the file says; absent: the piece's own. */
  readonly keys?: FileTime['keys'];
  readonly pedals?: FileTime['pedals'];
  readonly texts: FileTime['texts'];
}

export function exportTime(piece: Piece, beats: 'file' | 'piece'): ExportTime {
  const { file } = piece;
  const length = piece.barBeats.reduce((sum, bar) => sum + bar, 0);
  if (!file) return onGrid(piece, length, TICKS_PER_BEAT);
  const isOwn = sameTempos(piece.tempos, temposOfFile(file, length));
  if (isOwn && beats === 'file') return inFile(piece, file, length);
  const fine = isOwn ? TICKS_PER_BEAT * 2 : TICKS_PER_BEAT;
  return { ...onGrid(piece, length, fine), isExact: true };
}

function inFile(piece: Piece, file: FileTime, length: number): ExportTime {
  const ticksPerBeat = writable(file.ticksPerBeat);
  const scale = ticksPerBeat / file.ticksPerBeat;
  const scaled = <T extends { readonly tick: number }>(list: readonly T[]): T[] =>
    scale === 1 ? [...list] : list.map((item) => ({ ...item, tick: Math.round(item.tick * scale) }));
  const exactTick = (beat: number): number => tickOfBeat(file, beat) * scale;
  const tickOf = (beat: number): number => Math.round(exactTick(beat));
  const end = Math.max(tickOf(length), Math.round(file.endTick * scale));
  return {
    ticksPerBeat,
    isExact: true,
    tickOf,
    // Ends are rounded by themselves, as in the file: a start and a length would add up two errors.
    endOf: (_from, start, steps) => Math.round(exactTick((start + steps) / 4)),
    lastTick: Number.POSITIVE_INFINITY,
    endTick: Math.round(file.endTick * scale) || end,
    tempos: scaled(file.tempos),
    signatures: scaled(file.signatures),
    ...(file.keys.length > 0 && isInKey(piece, file) ? { keys: scaled(file.keys) } : {}),
    ...(samePedal(piece.pedal ?? [], file.pedalSpans) ? { pedals: scaled(file.pedals) } : {}),
    texts: scaled(file.texts),
  };
}

function onGrid(piece: Piece, length: number, ticksPerQuarter: number): ExportTime {
  const beatTicks = (ticksPerQuarter * 4) / (piece.beatValue ?? 4);
  const tickOf = (beat: number): number => Math.round(beat * beatTicks);
  const place = <T extends { readonly beat: number }>({ beat, ...rest }: T) => ({
    tick: tickOf(beat),
    ...rest,
  });
  const metres: readonly MetreChange[] = piece.metres?.length
    ? piece.metres
    : metresOfBars({ bars: piece.barBeats, beatValue: piece.beatValue });
  const quarters = (piece.beatValue ?? 4) / 4;
  return {
    ticksPerBeat: ticksPerQuarter,
    isExact: false,
    tickOf,
    endOf: (from, _start, steps) => Math.round(from + (steps * beatTicks) / 4),
    lastTick: length * beatTicks,
    endTick: length * beatTicks,
    tempos: piece.tempos.map(({ beat, bpm }) => ({
      tick: tickOf(beat),
      microseconds: Math.min(0xffffff, Math.max(1, Math.round((60e6 * quarters) / bpm))),
    })),
    signatures: metres.map(place),
    texts: [],
  };
}

const isInKey = ({ key }: Piece, file: FileTime): boolean =>
  key.tonic === file.key.tonic && key.mode === file.key.mode;

/** What a file's header can say. */
function writable(ticksPerBeat: number): number {
  if (!Number.isInteger(ticksPerBeat)) return FINE_TICKS_PER_BEAT;
  return ticksPerBeat <= MOST_TICKS_PER_BEAT ? ticksPerBeat : writable(ticksPerBeat / 2);
}

const sameTempos = (a: readonly TempoChange[], b: readonly TempoChange[]): boolean =>
  a.length === b.length &&
  a.every(({ beat, bpm }, i) => Math.abs(b[i].beat - beat) < 1e-6 && Math.abs(b[i].bpm / bpm - 1) < 1e-6);

const samePedal = (a: readonly PedalSpan[], b: readonly PedalSpan[]): boolean =>
  a.length === b.length &&
  a.every((span, i) => span.startStep === b[i].startStep && span.endStep === b[i].endStep);
