import { SECTIONS, type SectionName } from './section.ts';

/** How a run was asked to measure, beside which models. */
export interface Run {
  readonly seed: number;
  readonly clips?: number;
  readonly quick?: boolean;
}

/** What was asked of one model, so that its figures can be made again. */
export interface Asked extends Run {
  /** As `--models` takes it; places on this machine are named as the documents name them. */
  readonly entry: string;
  readonly sections: readonly SectionName[];
}

/** The same run in another part: its sections are added to those before; another run takes their place. */
export function addAsked(before: Asked | undefined, now: Asked): Asked {
  if (!before || runOf(before) !== runOf(now)) return now;
  return {
    ...now,
    sections: SECTIONS.filter((s) => before.sections.includes(s) || now.sections.includes(s)),
  };
}

const runOf = ({ seed, clips, quick }: Run): string =>
  [
    `--seed ${seed}`,
    ...(clips === undefined ? [] : [`--clips ${clips}`]),
    ...(quick ? ['--quick'] : []),
  ].join(' ');

/** The commands that make the figures of models again: one for all that were asked alike. */
export function commandLines(models: readonly { readonly asked?: Asked }[]): string[] {
  const groups = new Map<string, string[]>();
  for (const { asked } of models) {
    if (!asked) continue;
    const real = asked.sections.includes('told-apart') ? ' --python python3 --real DATA/emopia' : '';
    const how = `${runOf(asked)} --sections ${asked.sections.join(',')}${real}`;
    groups.set(how, [...(groups.get(how) ?? []), asked.entry]);
  }
  return [...groups].map(
    ([how, entries]) => `npm run evaluate -- --data training/data --models ${entries.join(',')} ${how}`,
  );
}
