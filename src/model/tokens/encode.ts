import { AffettoError } from '../error.ts';
import { append } from '../lists.ts';
import {
  type ChordChange,
  type Piece,
  type PieceNote,
  STEPS_PER_BEAT,
  type TempoChange,
} from '../music/piece.ts';
import { shiftOfTonic, valueOfChord, valueOfDuration, valueOfPitch, valueOfVelocity } from './values.ts';
import {
  BAR,
  BAR_BEAT,
  CHORD,
  CONTINUE,
  DURATION,
  FIRST_POSITION,
  PITCH,
  TEMPO,
  TYPE,
  TYPE_METRICAL,
  TYPE_NOTE,
  VELOCITY,
  valueOfBpm,
  WORD_WIDTH,
  type Words,
} from './vocabulary.ts';

/**
 * Compound words of a piece: the tonic moved to C, lengths, velocities, tempos and chords as vocabulary values.
 * What the vocabulary cannot say (pedal, played offsets, bass of chords) is left out.
 * Throws if the piece has no bars or a note outside them.
 */
export function pieceToWords(piece: Piece): Words {
  const shift = shiftOfTonic(piece.key.tonic);
  const totalBeats = piece.barBeats.reduce((sum, beats) => sum + beats, 0);
  if (totalBeats === 0) throw new AffettoError('the piece has no bars', 'failure');
  const onsets = notesByStep(piece.notes, totalBeats * STEPS_PER_BEAT);
  const tempoAt = inForce(
    piece.pace ?? piece.tempos,
    (change: TempoChange) => valueOfBpm(change.bpm),
    totalBeats,
  );
  const chordAt = inForce(
    piece.chords,
    (change: ChordChange) => valueOfChord(change.chord, piece.key.tonic),
    totalBeats,
  );
  const sink = new WordSink();
  let firstBeat = 0;
  for (const beats of piece.barBeats) {
    sink.bar();
    for (let p = 0; p < beats * STEPS_PER_BEAT; p++) {
      const notes = onsets[firstBeat * STEPS_PER_BEAT + p];
      if (p % STEPS_PER_BEAT === 0) {
        const beat = firstBeat + p / STEPS_PER_BEAT;
        sink.position(p, changed(tempoAt, beat), changed(chordAt, beat));
      } else if (notes) sink.position(p, CONTINUE, CONTINUE);
      if (notes) sink.notes(notes, shift);
    }
    firstBeat += beats;
  }
  return sink.words();
}

/** Notes of each step; throws if one lies outside the bars. */
function notesByStep(notes: readonly PieceNote[], steps: number): (PieceNote[] | undefined)[] {
  const onsets: (PieceNote[] | undefined)[] = new Array(steps);
  for (const note of notes) {
    if (!(note.step >= 0 && note.step < steps && Number.isInteger(note.step))) {
      throw new AffettoError(
        `a note at step ${note.step} lies outside the piece's ${steps} steps`,
        'failure',
      );
    }
    onsets[note.step] ??= [];
    onsets[note.step]!.push(note);
  }
  return onsets;
}

/** Value in force at each beat; the first change also speaks for the beats before it. */
function inForce<C extends { beat: number }>(
  changes: readonly C[],
  value: (c: C) => number,
  beats: number,
): Uint8Array {
  const values = new Uint8Array(beats);
  let next = 0;
  let current = changes.length > 0 ? value(changes[0]) : NOTHING_SAID;
  for (let beat = 0; beat < beats; beat++) {
    while (next < changes.length && changes[next].beat <= beat) current = value(changes[next++]);
    values[beat] = current;
  }
  return values;
}
/** Without any change: value 2 is "no chord" among chords; a piece always has a tempo. */
const NOTHING_SAID = 2;

const changed = (values: Uint8Array, beat: number): number =>
  beat > 0 && values[beat] === values[beat - 1] ? CONTINUE : values[beat];

/** Collects words in a growing list of bytes. */
class WordSink {
  private readonly bytes: number[] = [];

  bar(): void {
    this.push((word) => {
      word[TYPE] = TYPE_METRICAL;
      word[BAR_BEAT] = BAR;
    });
  }

  position(position: number, tempo: number, chord: number): void {
    this.push((word) => {
      word[TYPE] = TYPE_METRICAL;
      word[BAR_BEAT] = FIRST_POSITION + position;
      word[TEMPO] = tempo;
      word[CHORD] = chord;
    });
  }

  /** Notes of one position, lowest first; of two that fold onto one pitch the louder stays. */
  notes(notes: readonly PieceNote[], shift: number): void {
    const byPitch = new Map<number, PieceNote>();
    for (const note of notes) {
      const value = valueOfPitch(note.pitch, shift);
      const there = byPitch.get(value);
      if (!there || note.velocity > there.velocity) byPitch.set(value, note);
    }
    for (const [pitch, note] of [...byPitch].sort(([a], [b]) => a - b)) {
      this.push((word) => {
        word[TYPE] = TYPE_NOTE;
        word[PITCH] = pitch;
        word[DURATION] = valueOfDuration(note.duration);
        word[VELOCITY] = valueOfVelocity(note.velocity);
      });
    }
  }

  words(): Words {
    return Uint8Array.from(this.bytes);
  }

  private push(fill: (word: number[]) => void): void {
    const word = new Array<number>(WORD_WIDTH).fill(0);
    fill(word);
    append(this.bytes, word);
  }
}
