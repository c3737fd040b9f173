import { basename, isAbsolute, relative, resolve } from 'node:path';
import { USUAL_BEST_OF } from '../../src/model/choosing/best-of.ts';
import { requireInput } from '../../src/model/error.ts';
import type { SamplingSettings } from '../../src/model/muser/settings.ts';

/** A model as the command line names it. */
export interface ModelEntry {
  /** Name in tables. */
  readonly name: string;
  readonly folder: string;
  /** Candidates of each take. */
  readonly bestOf: number;
  /** Sampling other than the model's own. */
  readonly sampling: SamplingSettings;
  /** False: its own choice of codes leans to nothing. */
  readonly leans: boolean;
}

/** [NAME=]DIR[@K][~gG][~plain]: best of K candidates, guidance G, without leaning. Throws an input error for other suffixes. */
export function readEntry(entry: string): ModelEntry {
  const [place, ...variants] = entry.split('~');
  const [, named, folder, candidates] = /^(?:([^=]*)=)?(.*?)(?:@(\d+))?$/.exec(place)!;
  let [guidance, leans]: [number | null, boolean] = [null, true];
  for (const variant of variants) {
    const strength = /^g(\d+(?:\.\d+)?)$/.exec(variant)?.[1];
    requireInput(
      variant === 'plain' || strength !== undefined,
      `--models: '~${variant}' is unknown; there are ~g and a strength of guidance, and ~plain for no leaning`,
    );
    if (strength === undefined) leans = false;
    else guidance = Number(strength);
  }
  const suffix = `${candidates === undefined ? '' : `@${candidates}`}${variants.map((v) => `~${v}`).join('')}`;
  return {
    name: named ?? `${basename(resolve(folder))}${suffix}`,
    folder,
    bestOf: candidates === undefined ? USUAL_BEST_OF : Number(candidates),
    sampling: guidance === null ? {} : { priorGuidance: guidance, decoderGuidance: guidance },
    leans,
  };
}

/** A model's entry as seen from here; a folder that lies elsewhere is a run of training's. */
export function neutralEntry(entry: string): string {
  const { folder } = readEntry(entry);
  const place = relative('', folder);
  const elsewhere = place.startsWith('..') || isAbsolute(place);
  return entry.replace(folder, elsewhere ? `training/runs/${basename(folder)}` : place.replaceAll('\\', '/'));
}
