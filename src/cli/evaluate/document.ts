import { replaceBlock } from './markdown.ts';
import type { Summary } from './report.ts';
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

/** Pictures that the document shows: file name -> SVG. */
export type Pictures = Readonly<Record<string, string>>;

/**
 * docs/model.md with its figures replaced. What was not measured this time stays as it was.
 * @param command the command line that makes these figures again
 */
export function fillDocument(
  template: string,
  summary: Summary,
  pictures: Pictures,
  command: string,
): string {
  const { models, gates } = summary;
  const has = (of: (model: (typeof models)[number]) => unknown) => models.some((model) => of(model));
  const shown = (match: string) =>
    Object.keys(pictures)
      .filter((file) => file.includes(match))
      .map((file) => `![${file.replace('.svg', '')}](images/${file})`)
      .join('\n');
  const with_ = (content: string, match: string) => [content, shown(match)].filter(Boolean).join('\n\n');
  const blocks: [string, boolean, () => string][] = [
    ['command', true, () => `\`\`\`sh\n${command}\n\`\`\``],
    ['targets', models.length > 0, () => models.map(targetTable).join('\n\n')],
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
    ['silhouettes', has((m) => m.silhouettes), () => with_(silhouetteTable(models), 'map')],
    ['speed', has((m) => m.speed), () => speedTable(summary)],
  ];
  return blocks
    .filter(([, measured]) => measured)
    .reduce((text, [name, , content]) => replaceBlock(text, name, content()), template);
}
