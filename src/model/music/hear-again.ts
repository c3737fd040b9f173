import { type BeatNote, findChords } from './chords.ts';
import { type HeardKeys, hearKeys } from './hear-key.ts';
import { changesOf } from './import-parts.ts';
import { sharpsOf } from './names.ts';
import { type ChordChange, type Piece, type PieceNote, STEPS_PER_BEAT } from './piece.ts';

/** Bars heard on either side of what was changed, so that chords go on from what stands there. */
const AROUND = 2;

/**
 * Music after its notes were edited: the chords of the bars that changed are heard anew, the key where another is heard now than
 * before, and a note that was moved or added has no voice until somebody says which. What is left without notes has no chords and
 * no pedal either. Loudness alone changes nothing here.
 */
export function hearAgain(before: Piece, after: Piece): Piece {
  if (after.notes.length === 0) return emptied(after);
  const changed = changedNotes(before.notes, after.notes);
  if (changed.length === 0) return after;
  const [from, to] = barsAround(after, changed);
  const chords = withChords(
    after.chords,
    from.start,
    to.end,
    beatsOf(after.barBeats),
    chordsOf(after, from.bar, to.bar),
  );
  const fresh = new Set(changed);
  const notes = after.notes.map((note) => {
    const { voice, ...rest } = note;
    return voice && fresh.has(note) ? rest : note;
  });
  return withKeys({ ...after, notes, chords }, keysOf(before), keysOf(after));
}

function emptied({ pedal: _, keys: __, ...piece }: Piece): Piece {
  const { file } = piece;
  return { ...piece, chords: [], ...(file && { file: { ...file, pedals: [] } }) };
}

const shapeOf = ({ step, pitch, duration, part = 0 }: PieceNote): string =>
  `${step}:${pitch}:${duration}:${part}`;

/** Notes of one that the other has not, from both sides. */
function changedNotes(before: readonly PieceNote[], after: readonly PieceNote[]): PieceNote[] {
  const old = new Set(before);
  const now = new Set(after);
  const gone = before.filter((note) => !now.has(note));
  const come = after.filter((note) => !old.has(note));
  const goneShapes = new Set(gone.map(shapeOf));
  const comeShapes = new Set(come.map(shapeOf));
  return [
    ...gone.filter((note) => !comeShapes.has(shapeOf(note))),
    ...come.filter((note) => !goneShapes.has(shapeOf(note))),
  ];
}

interface BarPlace {
  readonly bar: number;
  /** Beats from the start of the piece. */
  readonly start: number;
  readonly end: number;
}

/** The first and the last bar in which these notes sound. */
function barsAround({ barBeats }: Piece, notes: readonly PieceNote[]): [BarPlace, BarPlace] {
  let [first, last] = [Number.POSITIVE_INFINITY, 0];
  for (const { step, duration } of notes) {
    first = Math.min(first, step / STEPS_PER_BEAT);
    last = Math.max(last, (step + duration) / STEPS_PER_BEAT);
  }
  const places: BarPlace[] = [];
  let start = 0;
  for (const [bar, beats] of barBeats.entries()) {
    places.push({ bar, start, end: start + beats });
    start += beats;
  }
  const holding = places.filter((place) => place.end > first && place.start < last);
  const [from = places[places.length - 1]] = holding;
  return [from, holding[holding.length - 1] ?? from];
}

/** Music whose mode may have turned on the way: in the mode that is heard, on its own tonic. */
export function inHeardMode(piece: Piece): Piece {
  const { tonic, mode } = keysOf(piece).key;
  return tonic === piece.key.tonic && mode !== piece.key.mode ? { ...piece, key: { tonic, mode } } : piece;
}

const beatsOf = (bars: readonly number[]): number => bars.reduce((sum, beats) => sum + beats, 0);

/** The chord changes heard in the bars [from, to], in beats of the piece. */
function chordsOf(piece: Piece, from: number, to: number): ChordChange[] {
  const low = Math.max(0, from - AROUND);
  const bars = piece.barBeats.slice(low, to + 1 + AROUND);
  const start = beatsOf(piece.barBeats.slice(0, low));
  const heard = findChords(beatNotes(piece, start, start + beatsOf(bars)), bars);
  const skipped = beatsOf(piece.barBeats.slice(low, from));
  const length = beatsOf(piece.barBeats.slice(from, to + 1));
  return changesOf(heard.slice(skipped, skipped + length)).map(({ beat, chord }) => ({
    beat: beat + start + skipped,
    chord,
  }));
}

/** Notes that sound within some beats, the pedal included, in beats from the first of them. */
function beatNotes(piece: Piece, start: number, end: number): BeatNote[] {
  const { notes, pedal = [] } = piece;
  return notes.flatMap(({ pitch, velocity, step, duration, length = duration }) => {
    const off = step + length;
    const held = pedal.find(({ startStep, endStep }) => startStep <= off && endStep > off)?.endStep ?? off;
    const note = {
      pitch,
      velocity,
      start: step / STEPS_PER_BEAT - start,
      end: held / STEPS_PER_BEAT - start,
    };
    return note.end > 0 && note.start < end - start ? [note] : [];
  });
}

/** Chord changes of so many beats with those from beat `from` up to `to` replaced. */
function withChords(
  old: readonly ChordChange[],
  from: number,
  to: number,
  length: number,
  heard: readonly ChordChange[],
): ChordChange[] {
  const resumed = old.findLast(({ beat }) => beat <= to);
  const after = old.filter(({ beat }) => beat > to);
  const joined = [...old.filter(({ beat }) => beat < from), ...heard];
  if (resumed && to < length) joined.push({ beat: to, chord: resumed.chord });
  return [...joined, ...after].filter(
    ({ chord }, i, all) => i === 0 || JSON.stringify(chord) !== JSON.stringify(all[i - 1].chord),
  );
}

/** Keys heard in its notes; the keys that it is in are evidence, as a signature is, so that a note or a bar turns none of them. */
function keysOf(piece: Piece): HeardKeys {
  const { barBeats, notes, tempos, keys = [{ beat: 0, key: piece.key }] } = piece;
  const beats = beatsOf(barBeats);
  const marks = Array.from({ length: beats + 1 }, (_, beat) => beat * STEPS_PER_BEAT);
  const step = 60 / tempos[0].bpm / STEPS_PER_BEAT;
  return hearKeys(
    {
      keySignatures: keys.map(({ beat, key }) => ({
        tick: beat * STEPS_PER_BEAT,
        seconds: beat * STEPS_PER_BEAT * step,
        sharps: sharpsOf(key),
        mode: key.mode,
      })),
      notes: notes.map((note) => ({
        pitch: note.pitch,
        startTick: note.step,
        startSeconds: note.step * step,
        soundSeconds: (note.step + (note.length ?? note.duration)) * step,
      })),
    },
    marks,
    barBeats,
  );
}

/** In the keys heard now, where they are others than those heard before; a file's own signatures are of the music as it was. */
function withKeys(piece: Piece, before: HeardKeys, after: HeardKeys): Piece {
  if (JSON.stringify(before.keys) === JSON.stringify(after.keys)) return piece;
  const { keys: _, ...rest } = piece;
  const { tonic, mode } = after.key;
  const { file } = piece;
  return {
    ...rest,
    key: { tonic, mode },
    ...(after.keys.length > 1 ? { keys: after.keys } : {}),
    ...(file && { file: { ...file, keys: [], key: { tonic, mode } } }),
  };
}
