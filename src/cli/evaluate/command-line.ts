import { basename, isAbsolute, relative } from 'node:path';
import { readEntry } from './entry.ts';

interface Asked {
  readonly models: readonly string[];
  readonly sections: string;
  readonly seed: string;
  readonly clips?: string;
  readonly quick: boolean;
}

/** The command that makes the same figures again anywhere: places on this machine are named as the documents name them. */
export function commandLine({ models, sections, seed, clips, quick }: Asked): string {
  const parts = ['npm run evaluate -- --data training/data', '--models', models.map(neutral).join(',')];
  parts.push('--seed', seed, '--sections', sections);
  if (clips !== undefined) parts.push('--clips', clips);
  if (quick) parts.push('--quick');
  return parts.join(' ');
}

/** A model's folder as seen from here; one that lies elsewhere is a run of training's. */
function neutral(entry: string): string {
  const { folder } = readEntry(entry);
  const place = relative('', folder);
  const elsewhere = place.startsWith('..') || isAbsolute(place);
  return entry.replace(folder, elsewhere ? `training/runs/${basename(folder)}` : place.replaceAll('\\', '/'));
}

/** Lines that measured anything that is still shown, each once, in the order of the models. */
export const commandsOf = (
  models: readonly { readonly commands?: Readonly<Record<string, string>> }[],
): string[] => [...new Set(models.flatMap(({ commands }) => Object.values(commands ?? {})))];
