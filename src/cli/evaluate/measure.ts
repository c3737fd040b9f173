import { runsOf, trainingRuns } from './copies.ts';
import type { Gates } from './gates.ts';
import { generation } from './generation.ts';
import { maps } from './maps.ts';
import type { Subject } from './models.ts';
import { hearReal } from './real.ts';
import { reconstruction } from './reconstruction.ts';
import type { Measured, ModelFigures } from './report.ts';
import type { Context, Section } from './section.ts';
import { sliders } from './sliders.ts';
import { speed } from './speed.ts';
import type { Store } from './store.ts';
import { transferSection } from './transfer.ts';

/** Names of what can be measured, in order. */
export const SECTIONS = [
  'generation',
  'reconstruction',
  'transfer',
  'sliders',
  'copies',
  'maps',
  'speed',
] as const;
export type SectionName = (typeof SECTIONS)[number];

/** Measures every section of every model, or takes what the store still holds. */
export async function measure(
  subjects: readonly Subject[],
  context: Context,
  store: Store,
  wanted: ReadonlySet<SectionName>,
  gates: readonly Gates[],
): Promise<Measured> {
  const { sizes, settings, seed, judges, emopia, pop1k7 } = context;
  // Whatever figures depend on, save for the model itself.
  const inputs = [sizes, settings, seed, judges.map((judge) => judge.version), emopia.length, pop1k7.length];
  const real =
    emopia.length > 0
      ? await store.keep('real/clips', [sizes.bars, inputs.slice(3)], () => hearReal(context))
      : null;
  const index = lazy(() => trainingRuns(context));
  const realRuns =
    real && wanted.has('copies')
      ? await store.keep('real/runs', [sizes.bars, emopia.length, pop1k7.length], () =>
          runsOf(index(), real.held),
        )
      : [];
  const models: ModelFigures[] = [];
  for (const subject of subjects) {
    const take = async <T>(section: Section<T>) =>
      wanted.has(section.name as SectionName)
        ? store.keep(`${subject.name}/${section.name}`, [subject.version, ...inputs], () =>
            section.run(subject, context),
          )
        : undefined;
    const made = await take(generation);
    models.push({
      name: subject.name,
      generation: made,
      reconstruction: await take(reconstruction),
      transfer: await take(transferSection),
      sliders: await take(sliders),
      runs:
        made && wanted.has('copies')
          ? await store.keep(`${subject.name}/runs`, [subject.version, ...inputs], () =>
              runsOf(index(), made),
            )
          : undefined,
      maps: await take(maps),
      speed: await take(speed),
    });
  }
  return { sizes, seed, real, realRuns, models, gates };
}

function lazy<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
