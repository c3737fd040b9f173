import { createHash } from 'node:crypto';
import { runsOf, trainingRuns } from './copies.ts';
import type { Gates } from './gates.ts';
import { generation } from './generation.ts';
import { maps } from './maps.ts';
import type { Subject } from './models.ts';
import { modes } from './modes.ts';
import { emotionOfQuadrant, QUADRANTS } from './quadrants.ts';
import { hearReal } from './real.ts';
import { reconstruction } from './reconstruction.ts';
import type { Measured, ModelFigures } from './report.ts';
import type { Context, Section, SectionName } from './section.ts';
import { sliders } from './sliders.ts';
import { speed } from './speed.ts';
import type { Store } from './store.ts';
import { transferSection } from './transfer.ts';

/** Measures every section of every model, or takes what the store still holds. */
export async function measure(
  subjects: readonly Subject[],
  context: Context,
  store: Store,
  wanted: ReadonlySet<SectionName>,
  gates: readonly Gates[],
): Promise<Measured> {
  const { sizes, settings, seed, judges, emopia, pop1k7 } = context;
  const data = [emopia.length, pop1k7.length];
  const heard = judges.map((judge) => judge.version);
  const corners = QUADRANTS.map((quadrant) => emotionOfQuadrant(quadrant));
  // Whatever a section's figures depend on beside the weights.
  const inputsOf = ({ leaning, bestOf }: Subject): Readonly<Record<SectionName, unknown>> => ({
    generation: [leaning, bestOf, sizes.bars, sizes.clips, settings.generate, seed, heard, corners],
    reconstruction: [sizes.bars, sizes.reconstructed, settings.transfer, seed, data, corners],
    transfer: [sizes.bars, sizes.pairs, settings.transfer, seed, data, corners],
    modes: [leaning, bestOf, sizes.bars, sizes.clips, settings.generate, seed, heard],
    sliders: [leaning, bestOf, sizes.bars, sizes.takes, settings.generate, seed, heard],
    copies: [leaning, bestOf, sizes.bars, sizes.clips, settings.generate, seed, data, corners],
    maps: [sizes.bars, sizes.points, seed, data],
    speed: [leaning, sizes.bars, seed],
  });
  const real =
    emopia.length > 0
      ? await store.keep('real/clips', [sizes.bars, data, heard], () => hearReal(context))
      : null;
  const index = lazy(() => trainingRuns(context));
  const realRuns =
    real && wanted.has('copies')
      ? await store.keep('real/runs', [sizes.bars, data], () => runsOf(index(), real.held))
      : [];
  const models: ModelFigures[] = [];
  for (const subject of subjects) {
    const inputs = inputsOf(subject);
    // The same weights chosen otherwise: what does not depend on choosing is not measured twice.
    const again = subjects
      .slice(0, subjects.indexOf(subject))
      .some(({ version }) => version === subject.version);
    const keep = <T>(name: SectionName, run: () => T | Promise<T>) =>
      wanted.has(name) && !(again && !CHOSEN.has(name))
        ? store.keep(`${subject.name}/${name}`, [subject.version, inputs[name]], run)
        : undefined;
    const take = <T>(section: Section<T>) => keep(section.name, () => section.run(subject, context));
    const made = await take(generation);
    models.push({
      name: subject.name,
      weights: weightsOf(subject.version),
      bestOf: subject.bestOf,
      generation: made,
      reconstruction: await take(reconstruction),
      transfer: await take(transferSection),
      modes: await take(modes),
      sliders: await take(sliders),
      runs: made && (await keep('copies', () => runsOf(index(), made))),
      maps: await take(maps),
      speed: await take(speed),
    });
  }
  return { sizes, seed, real, realRuns, models, gates };
}

/** Short name of weights: alike for the same weights. */
const weightsOf = (version: string): string =>
  createHash('sha256').update(version).digest('hex').slice(0, 12);

/** Sections whose figures depend on how takes are chosen. */
const CHOSEN: ReadonlySet<SectionName> = new Set(['generation', 'modes', 'sliders', 'copies']);

function lazy<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
