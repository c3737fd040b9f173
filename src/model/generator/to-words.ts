import { AffettoError } from '../error.ts';
import { append } from '../lists.ts';
import { type Piece, type PieceNote, STEPS_PER_BEAT } from '../music/piece.ts';
import { shiftOfTonic, valueOfChord, valueOfPitch, valueOfVelocity } from '../tokens/values.ts';
import { BAR, CONTINUE, FIRST_POSITION, NO_CHORD, valueOfBpm, type Words } from '../tokens/vocabulary.ts';
import { METRICAL, typeOfVoice, valueOfDuration, valueOfTiming } from './vocabulary.ts';

/**
 * Words of a piece: a Bar word opens each bar, a Metrical word stands at each beat and wherever notes begin, notes follow lowest
 * first. The tonic is moved to C; half of the notes are struck early and half late. A note whose voice nobody has said is an inner one.
 * Throws if the piece has no bars or a note outside them.
 */
export function pieceToWords(piece: Piece): Words {
  const { key, barBeats } = piece;
  const shift = shiftOfTonic(key.tonic);
  const beats = barBeats.reduce((sum, n) => sum + n, 0);
  if (beats === 0) throw new AffettoError('the piece has no bars', 'failure');
  const onsets = notesByStep(piece.notes, beats * STEPS_PER_BEAT);
  const tempos = inForce(piece.tempos, ({ bpm }) => valueOfBpm(bpm), beats, valueOfBpm(120));
  const chords = inForce(piece.chords, ({ chord }) => valueOfChord(chord, key.tonic), beats, NO_CHORD);
  const said = (values: Uint8Array, beat: number): number =>
    beat > 0 && values[beat] === values[beat - 1] ? CONTINUE : values[beat];
  const early = medianOffset(piece.notes);
  const words: number[] = [];
  let first = 0;
  for (const length of barBeats) {
    words.push(0, 0, BAR, METRICAL, 0, 0, 0, 0);
    for (let position = 0; position < length * STEPS_PER_BEAT; position++) {
      const notes = onsets.get(first * STEPS_PER_BEAT + position);
      const beat = first + position / STEPS_PER_BEAT;
      if (Number.isInteger(beat))
        words.push(said(tempos, beat), said(chords, beat), FIRST_POSITION + position, METRICAL, 0, 0, 0, 0);
      else if (notes) words.push(CONTINUE, CONTINUE, FIRST_POSITION + position, METRICAL, 0, 0, 0, 0);
      for (const [value, note] of lowestFirst(notes ?? [], shift))
        append(words, [0, 0, 0, ...noteValues(note, value, early)]);
    }
    first += length;
  }
  return Uint8Array.from(words);
}

/** Type, pitch, duration, velocity and timing of a note: lengths and offsets as it was played. */
function noteValues(note: PieceNote, pitch: number, early: number): number[] {
  const { voice = 'inner', duration, length = duration, velocity, offset = 0 } = note;
  return [
    typeOfVoice(voice),
    pitch,
    valueOfDuration(length),
    valueOfVelocity(velocity),
    valueOfTiming(offset - early),
  ];
}

/** A tracker that hears every beat early would say that all notes are late. */
function medianOffset(notes: readonly PieceNote[]): number {
  if (notes.length === 0) return 0;
  const offsets = Float64Array.from(notes, ({ offset = 0 }) => offset).sort();
  return (offsets[(notes.length - 1) >> 1] + offsets[notes.length >> 1]) / 2;
}

function notesByStep(notes: readonly PieceNote[], steps: number): Map<number, PieceNote[]> {
  const byStep = new Map<number, PieceNote[]>();
  for (const note of notes) {
    if (!(note.step >= 0 && note.step < steps && Number.isInteger(note.step)))
      throw new AffettoError(
        `a note at step ${note.step} lies outside the piece's ${steps} steps`,
        'failure',
      );
    const there = byStep.get(note.step);
    if (there) there.push(note);
    else byStep.set(note.step, [note]);
  }
  return byStep;
}

/** Of two notes that fold onto one pitch the louder stays. */
function lowestFirst(notes: readonly PieceNote[], shift: number): [number, PieceNote][] {
  const byPitch = new Map<number, PieceNote>();
  for (const note of notes) {
    const value = valueOfPitch(note.pitch, shift);
    const there = byPitch.get(value);
    if (!there || note.velocity > there.velocity) byPitch.set(value, note);
  }
  return [...byPitch].sort(([a], [b]) => a - b);
}

/** Value in force at each beat; the first change also speaks for the beats before it. */
function inForce<C extends { readonly beat: number }>(
  changes: readonly C[],
  value: (change: C) => number,
  beats: number,
  none: number,
): Uint8Array {
  const values = new Uint8Array(beats);
  let current = changes.length > 0 ? value(changes[0]) : none;
  let next = 0;
  for (let beat = 0; beat < beats; beat++) {
    while (next < changes.length && changes[next].beat <= beat) current = value(changes[next++]);
    values[beat] = current;
  }
  return values;
}
