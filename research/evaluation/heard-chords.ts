import { findChords } from '../../src/model/music/chords.ts';
import { STEPS_PER_BEAT } from '../../src/model/music/piece.ts';
import { indexBars } from '../../src/model/tokens/bars.ts';
import { chordLine, layOver } from '../../src/model/tokens/chord-line.ts';
import { wordsToPiece } from '../../src/model/tokens/decode.ts';
import { valueOfChord } from '../../src/model/tokens/values.ts';
import { FIRST_CHORD, type Words } from '../../src/model/tokens/vocabulary.ts';

/** Music, and the words whose chords it should have. */
export interface Harmonised {
  readonly words: Words;
  readonly chordsOf: Words;
}

/** Share of the beats that have a chord in which the chord finder hears that very chord in the notes (0..1). */
export function heardShare(pieces: readonly Harmonised[]): number {
  let [beats, same] = [0, 0];
  for (const { words, chordsOf } of pieces) {
    const heard = heardLine(words);
    const asked = layOver(chordLine(chordsOf), indexBars(words).beats).flat();
    for (const [beat, chord] of asked.entries()) {
      if (chord < FIRST_CHORD) continue;
      beats++;
      if (heard[beat] === chord) same++;
    }
  }
  return same / Math.max(1, beats);
}

/** Chord value that sounds in each beat, whatever the words call it. */
function heardLine(words: Words): number[] {
  const { notes, barBeats } = wordsToPiece(words, { tonic: 0, mode: 'major' });
  const sounding = notes.map(({ step, duration, pitch, velocity }) => ({
    pitch,
    velocity,
    start: step / STEPS_PER_BEAT,
    end: (step + duration) / STEPS_PER_BEAT,
  }));
  return findChords(sounding, barBeats).map((chord) => valueOfChord(chord, 0));
}
