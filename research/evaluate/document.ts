import { commandLines } from './command-line.ts';
import { replaceBlock } from './markdown.ts';
import { codecPartsTable, isCompared, musicPartsTable } from './parts.ts';
import type { Summary } from './report.ts';
import { separationLines, separationTable } from './separation.ts';
import { apartTable } from './tables-apart.ts';
import {
  crossEntropyTable,
  informationTable,
  reconstructionTable,
  silhouetteTable,
  transferTable,
} from './tables-codec.ts';
import {
  accuracyTable,
  confusionTable,
  copyTable,
  majorTable,
  measuresTable,
  sliderTable,
  speedTable,
} from './tables-music.ts';
import { targetTable } from './targets.ts';

/** Pictures that the document may show: file name -> SVG. */
export type Pictures = Readonly<Record<string, string>>;

/**
 * docs/model.md with its figures replaced. What was not measured this time stays as it was.
 * @param pictures names of the pictures that are there
 */
export function fillDocument(template: string, all: Summary, pictures: readonly string[]): string {
  // Models that are there for a comparison have a section of their own.
  const summary: Summary = {
    ...all,
    models: all.models.filter(({ name }) => !isCompared(name)),
    gates: all.gates.filter(({ model }) => !isCompared(model)),
  };
  const { models, gates } = summary;
  const has = (of: (model: (typeof models)[number]) => unknown) => models.some((model) => of(model));
  const names = new Set(models.map(({ name }) => name));
  /** The picture of this kind of each model, or the one for all. */
  const shown = (kind: string) =>
    pictures
      .filter((file) => file === `${kind}.svg` || [...names].some((name) => file === `${kind}-${name}.svg`))
      .map((file) => `![${file.replace('.svg', '')}](images/${file})`)
      .join('\n');
  const with_ = (content: string, kind: string) => [content, shown(kind)].filter(Boolean).join('\n\n');
  const compared = all.models.some(({ name }) => isCompared(name));
  const blocks: [string, boolean, () => string][] = [
    [
      'command',
      commandLines(all.models).length > 0,
      () => `\`\`\`sh\n${commandLines(all.models).join('\n')}\n\`\`\``,
    ],
    ['targets', models.length > 0, () => targetTable(models)],
    ['music-parts', compared, () => musicPartsTable(all)],
    ['codec-parts', compared, () => codecPartsTable(all)],
    ['separation', all.models.some((m) => m.silhouettes), () => separationTable(all.models)],
    ['cross-entropy', gates.length > 0, () => crossEntropyTable(gates)],
    ['information', gates.length > 0, () => informationTable(gates)],
    ['reconstruction', has((m) => m.reconstruction), () => reconstructionTable(models)],
    ['transfer', has((m) => m.transfer), () => transferTable(models)],
    ['accuracy', has((m) => m.accuracies), () => `${accuracyTable(summary)}\n\n${confusionTable(summary)}`],
    ['major', has((m) => m.major), () => majorTable(summary)],
    [
      'measures',
      has((m) => m.comparisons),
      () =>
        with_(
          models
            .filter((m) => m.comparisons)
            .map(measuresTable)
            .join('\n\n'),
          'violins',
        ),
    ],
    ['sliders', has((m) => m.sliders), () => with_(sliderTable(summary), 'sliders')],
    ['copies', has((m) => m.runs), () => with_(copyTable(summary), 'copies')],
    [
      'silhouettes',
      has((m) => m.silhouettes),
      () => with_(`${silhouetteTable(models)}\n\n${separationLines(models)}`, 'map'),
    ],
    ['told-apart', has((m) => m.toldApart), () => apartTable(summary)],
    ['speed', has((m) => m.speed), () => speedTable(summary)],
  ];
  return blocks
    .filter(([, measured]) => measured)
    .reduce((text, [name, , content]) => replaceBlock(text, name, content()), template);
}
