import type { Codes } from '../../src/model/muser/encoder.ts';
import { ELEMENTS, type Element } from '../../src/model/tokens/vocabulary.ts';
import { silhouette } from '../evaluation/silhouette.ts';
import { tsne } from '../evaluation/tsne.ts';
import { excerpt } from './data.ts';
import { QUADRANTS } from './quadrants.ts';
import { type Section, spread } from './section.ts';

/** Where real clips lie in one element's codes: the mean code vector of each clip. */
interface ElementMap {
  /** 'Q1-Q2' … -> silhouette coefficient of the two quadrants, in the full space of the codes. */
  readonly silhouettes: Readonly<Record<string, number>>;
  readonly points: readonly { readonly x: number; readonly y: number; readonly quadrant: number }[];
}
export type MapFigures = Readonly<Record<Element, ElementMap>>;

export const PAIRS = [
  [1, 2],
  [1, 3],
  [1, 4],
  [2, 3],
  [2, 4],
  [3, 4],
] as const;

/** Which element tells which quadrants apart. */
export const maps: Section<MapFigures | null> = {
  name: 'maps',
  async run({ muser }, { emopia, sizes, seed, show }) {
    const { books, codeRate } = muser.config;
    const clips = QUADRANTS.flatMap((quadrant) =>
      spread(
        emopia.filter((clip) => clip.quadrant === quadrant),
        Math.floor(sizes.points / QUADRANTS.length),
      ),
    );
    if (clips.length === 0) return null;
    const codes: Codes[] = [];
    for (const [i, clip] of clips.entries()) {
      codes.push(await muser.encode(excerpt(clip, sizes.bars).words));
      show('maps', i + 1, clips.length);
    }
    const codebooks = books.map((_, book) => muser.codebook(book));
    const vectors = (element: Element) =>
      codes.map((steps) => {
        const rows = steps.map((step) =>
          codeRate === 'beat'
            ? step.flatMap((code, book) =>
                books[book].element === element ? [...codebooks[book].vector(code)] : [],
              )
            : slice([...codebooks[0].vector(step[0])], ELEMENTS.indexOf(element)),
        );
        return rows[0].map((_, i) => rows.reduce((sum, row) => sum + row[i], 0) / rows.length);
      });
    return Object.fromEntries(
      ELEMENTS.map((element) => {
        const points = vectors(element);
        const silhouettes = PAIRS.map(([p, q]) => {
          const chosen = clips.flatMap((clip, i) => (clip.quadrant === p || clip.quadrant === q ? [i] : []));
          return [
            `Q${p}-Q${q}`,
            silhouette(
              chosen.map((i) => points[i]),
              chosen.map((i) => clips[i].quadrant!),
            ),
          ];
        });
        const places = tsne(points, { seed }).map(([x, y], i) => ({ x, y, quadrant: clips[i].quadrant! }));
        return [element, { silhouettes: Object.fromEntries(silhouettes), points: places }];
      }),
    ) as unknown as MapFigures;
  },
};

/** A shared code's part for one element: equal slices in the order of the elements. */
function slice(vector: readonly number[], element: number): number[] {
  const width = vector.length / ELEMENTS.length;
  return vector.slice(element * width, (element + 1) * width);
}
