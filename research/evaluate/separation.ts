import { mean } from '../../src/model/emotion/statistics.ts';
import { ELEMENTS, type Element } from '../../src/model/tokens/vocabulary.ts';
import { show, table } from './markdown.ts';
import type { ModelSummary } from './report.ts';

interface Told {
  readonly element: Element;
  readonly value: number;
}

/** Quadrants that differ in one dimension alone. */
const ALONE = { arousal: ['Q1-Q4', 'Q2-Q3'], valence: ['Q1-Q2', 'Q3-Q4'] } as const;

/** How well each element's codes tell excited clips from calm ones, and pleasant from unpleasant: best first. */
export function separation({ silhouettes }: ModelSummary): Record<keyof typeof ALONE, Told[]> | undefined {
  if (!silhouettes) return undefined;
  const told = (pairs: readonly string[]) =>
    ELEMENTS.map((element) => ({
      element,
      value: mean(pairs.map((pair) => silhouettes[element][pair])),
    })).sort((a, b) => b.value - a.value);
  return { arousal: told(ALONE.arousal), valence: told(ALONE.valence) };
}

/** A row an element, a column a model: silhouette of arousal / of valence. */
export function separationTable(models: readonly ModelSummary[]): string {
  const found = models.flatMap((model) => {
    const of = separation(model);
    return of ? [{ name: model.name, of }] : [];
  });
  const value = (told: readonly Told[], element: Element) => told.find((t) => t.element === element)!.value;
  return table(
    ['arousal / valence', ...found.map(({ name }) => name)],
    ELEMENTS.map((element) => [
      element,
      ...found.map(({ of }) => `${show(value(of.arousal, element))} / ${show(value(of.valence, element))}`),
    ]),
  );
}

/** One sentence a model: which elements tell arousal, which valence. */
export function separationLines(models: readonly ModelSummary[]): string {
  return models
    .flatMap((model) => {
      const of = separation(model);
      if (!of) return [];
      const list = (told: readonly Told[]) =>
        told
          .slice(0, 3)
          .map(({ element, value }) => `${element} (${show(value)})`)
          .join(', ');
      return [
        `- \`${model.name}\`: arousal is told best by ${list(of.arousal)}; valence by ${list(of.valence)}.`,
      ];
    })
    .join('\n');
}
