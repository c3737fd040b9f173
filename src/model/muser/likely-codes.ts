import { BeatPrior, FORM } from './beat-prior.ts';
import type { Muser } from './muser.ts';

/** How many codes near a code are asked about. */
const NEAR = 8;

/** Codes of a piece and what the prior is told of it. */
export interface CodeLine {
  readonly mode: number;
  /** Return distance of each bar. */
  readonly form: readonly number[];
  /** Bar -> beat -> code a book. */
  readonly codes: readonly (readonly (readonly number[])[])[];
  /**
   * For each book how firmly its codes stay: nats that a code must be likelier to be taken from as far away as a code's
   * nearest neighbour usually is. null: they don't move.
   */
  readonly firmness: readonly (number | null)[];
}

/**
 * Codes of beats that were brought together, each of the moving books' replaced by the one near it that the prior, told all
 * that came before, finds likelier: the nearer, the sooner.
 */
export async function likelyCodes(
  muser: Muser,
  { mode, form, codes, firmness }: CodeLine,
): Promise<number[][][]> {
  const { config, weights, engine } = muser;
  const near = firmness.map((firm, book) => (firm === null ? null : nearby(muser, book, firm)));
  const prior = new BeatPrior(weights, engine, 1, 1);
  const chosen: number[][][] = [];
  let last: number[] | null = null;
  try {
    for (const [bar, beats] of codes.entries()) {
      chosen.push([]);
      for (const [beat, given] of beats.entries()) {
        const known: Readonly<Record<string, number>> = { beat, mode, form: form[bar] };
        const made: number[] = [];
        const input = {
          last,
          ref: form[bar] > 0 ? (chosen[bar - form[bar]][beat] ?? null) : null,
          features: config.prior.features.map(([name]) => known[name] ?? 0),
          emotion: null,
          endsBar: false,
        };
        await prior.step([input], (_, book, logits) => {
          if (book === FORM) return 0;
          made.push(near[book] ? near[book](given[book], logits) : given[book]);
          return made[book];
        });
        chosen[bar].push(made);
        last = made;
      }
    }
  } finally {
    prior.dispose();
  }
  return chosen;
}

type Choose = (code: number, logits: Float32Array) => number;

function nearby(muser: Muser, book: number, firmness: number): Choose {
  const codebook = muser.codebook(book);
  const usual = codebook.usualDistance();
  return (code, logits) => {
    let best = code;
    let most = logits[code];
    for (const { code: other, distance } of codebook.near(code, NEAR)) {
      const worth = logits[other] - (firmness * distance) / usual;
      if (worth > most) [best, most] = [other, worth];
    }
    return best;
  };
}
