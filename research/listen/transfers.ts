import type { MusicModel } from '../../src/model/composing/music-model.ts';
import type { Element } from '../../src/model/tokens/vocabulary.ts';
import { emotionOfQuadrant } from '../evaluate/quadrants.ts';
import type { PageElement, PageTransfer } from '../page/data.ts';
import { type PageWriter, pageClip, titleOf } from './clips.ts';

/** What is taken, and the quadrants of the clip that takes and of the one that gives. */
const SWAPS: readonly { element: PageElement; take: readonly Element[]; host: number; donor: number }[] = [
  { element: 'chord', take: ['chord'], host: 4, donor: 3 },
  { element: 'rhythm', take: ['type', 'barBeat'], host: 3, donor: 1 },
  { element: 'pitch', take: ['pitch'], host: 1, donor: 2 },
  { element: 'duration', take: ['duration'], host: 2, donor: 4 },
  { element: 'velocity', take: ['velocity'], host: 4, donor: 2 },
  { element: 'tempo', take: ['tempo'], host: 1, donor: 3 },
];
/** As `affetto transfer` has it. */
const TEMPERATURE = 0.7;

/** Six transfers between the model's own clips, each with what it was before and where the element came from. */
export async function pageTransfers(
  model: MusicModel,
  writer: PageWriter,
  seed: number,
): Promise<PageTransfer[]> {
  const made: PageTransfer[] = [];
  for (const [i, { element, take, host, donor }] of SWAPS.entries()) {
    const a = await writer.write(emotionOfQuadrant(host), seed + 2 * i);
    const b = await writer.write(emotionOfQuadrant(donor), seed + 2 * i + 1);
    const source = { piece: b.piece, amount: 1 };
    const job = {
      piece: a.piece,
      sources: Object.fromEntries(take.map((name) => [name, source])),
      emotion: emotionOfQuadrant(host),
      seed,
      keep: true,
    };
    const after = await model.transfer(job, { temperature: TEMPERATURE });
    made.push({
      element,
      before: pageClip(`${element}-before`, `before: ${titleOf(a.piece)}`, a.piece),
      donor: pageClip(`${element}-from`, `taken from: ${titleOf(b.piece)}`, b.piece),
      after: pageClip(`${element}-after`, 'after', after),
    });
  }
  return made;
}
