import { joinWords } from '../../../src/model/muser/generate.ts';
import { Random } from '../../../src/model/muser/random.ts';
import {
  BAR,
  CONTINUE,
  FIRST_CHORD,
  FIRST_POSITION,
  FIRST_TEMPO,
  TYPE_METRICAL,
  TYPE_NOTE,
  type Words,
} from '../../../src/model/tokens/vocabulary.ts';

/** A grammatical sequence with random rhythm, pitches and touch; the same for the same seed. */
export function randomWords(seed: number, bars: number, beatsPerBar = 4): Words {
  const random = new Random(seed, 'test');
  const upTo = (n: number): number => Math.floor(random.next() * n);
  const out: number[][] = [];
  let chord = 0;
  for (let bar = 0; bar < bars; bar++) {
    out.push([0, 0, BAR, TYPE_METRICAL, 0, 0, 0]);
    for (let p = 0; p < beatsPerBar * 4; p++) {
      const notes = new Set(Array.from({ length: upTo(4) }, () => 1 + upTo(86)));
      if (p % 4 !== 0 && (notes.size === 0 || upTo(2) === 0)) continue;
      const asked = p % 8 === 0 ? FIRST_CHORD + upTo(132) : chord;
      const tempo = out.length === 1 ? FIRST_TEMPO + 30 : CONTINUE;
      out.push([
        tempo,
        p % 4 === 0 && asked !== chord ? asked : CONTINUE,
        FIRST_POSITION + p,
        TYPE_METRICAL,
        0,
        0,
        0,
      ]);
      if (p % 4 === 0) chord = asked;
      for (const pitch of [...notes].sort((a, b) => a - b))
        out.push([0, 0, 0, TYPE_NOTE, pitch, 1 + upTo(17), 1 + upTo(41)]);
    }
  }
  return joinWords(out.map((word) => Uint8Array.from(word)));
}
