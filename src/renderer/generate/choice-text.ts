import type { Chosen } from '../../contract/document.ts';

const REASONS: Readonly<Record<NonNullable<Chosen['reason']>, string>> = {
  emotion: 'nearest to the emotion',
  key: 'truest to the key',
  likeness: 'most like played piano',
  fluency: 'the most fluent',
};

/** How a take was chosen, in a few words: "best of 4: nearest to the emotion". */
export function choiceText({ written, copies, reason }: Chosen): string {
  const why = reason ? `: ${REASONS[reason]}` : '';
  const aside = copies > 0 ? `, ${copies} set aside as ${copies === 1 ? 'a copy' : 'copies'}` : '';
  // A model that chooses as it writes has one take to tell of.
  const chosen = written - copies === 1 ? 'chosen as it was written' : `best of ${written}`;
  return `${chosen}${why}${aside}`;
}
