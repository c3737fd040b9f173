import { chordTones } from '../music/parse-chord.ts';
import { STEPS_PER_BEAT } from '../music/piece.ts';
import { indexBars } from './bars.ts';
import { chordLine } from './chord-line.ts';
import { wordsToPiece } from './decode.ts';
import { chordOfValue } from './values.ts';
import type { Words } from './vocabulary.ts';

/** Bar -> beat -> 1 for each of the twelve pitch classes that sounds there or belongs to the chord in force. */
export function soundingClasses(words: Words): Uint8Array[][] {
  const beats = chordLine(words)
    .flat()
    .map((value) => {
      const chord = chordOfValue(value, 0);
      const classes = new Uint8Array(12);
      for (const tone of chord ? chordTones(chord) : []) classes[tone] = 1;
      return classes;
    });
  for (const { step, duration, pitch } of wordsToPiece(words, { tonic: 0, mode: 'major' }).notes)
    for (let beat = Math.floor(step / STEPS_PER_BEAT); beat * STEPS_PER_BEAT < step + duration; beat++)
      if (beat < beats.length) beats[beat][pitch % 12] = 1;
  let from = 0;
  return indexBars(words).beats.map((count) => {
    from += count;
    return beats.slice(from - count, from);
  });
}
