import { createHash } from 'node:crypto';
import type { Emotion } from '../../src/model/muser/emotion-embedding.ts';
import { runsOf, trainingRuns } from './copies.ts';
import type { Gates } from './gates.ts';
import { generation } from './generation.ts';
import { maps } from './maps.ts';
import type { Subject } from './models.ts';
import { modes } from './modes.ts';
import { emotionOfQuadrant, QUADRANTS } from './quadrants.ts';
import { hearReal, type RealFigures } from './real.ts';
import { reconstruction } from './reconstruction.ts';
import type { Measured, ModelFigures } from './report.ts';
import { type PlainNote, SECOND_JUDGE, type SecondJudge } from './second-judge.ts';
import type { Context, Section, SectionName } from './section.ts';
import { sliderFigures, sliders } from './sliders.ts';
import { speed } from './speed.ts';
import type { Store } from './store.ts';
import { realApart, toldApart } from './told-apart.ts';
import { transferSection } from './transfer.ts';

/** Measures every section of every model, or takes what the store still holds. */
export async function measure(
  subjects: readonly Subject[],
  context: Context,
  store: Store,
  wanted: ReadonlySet<SectionName>,
  gates: readonly Gates[],
  second: SecondJudge,
): Promise<Measured> {
  const { sizes, seed, emopia, pop1k7, judges } = context;
  const data = [emopia.length, pop1k7.length];
  const real =
    emopia.length > 0
      ? await store.keep(
          'real/clips',
          ['notes', sizes.bars, data, judges.map((judge) => judge.version)],
          () => hearReal(context),
        )
      : null;
  const heardReal = real && (await hearHeld(real, [sizes.bars, data], second));
  const index = lazy(() => trainingRuns(context));
  const realRuns =
    real && wanted.has('copies')
      ? await store.keep('real/runs', [sizes.bars, data], () => runsOf(index(), real.held))
      : [];
  const apart = wanted.has('told-apart') ? context.apart : null;
  const realToldApart =
    apart && (await store.keep('real/told-apart', [data, apart.judge.version], () => realApart(context)));
  const models: ModelFigures[] = [];
  for (const subject of subjects) {
    const inputs = inputsOf(subject, context);
    // The same weights chosen otherwise: what does not depend on choosing is not measured twice.
    const again = subjects
      .slice(0, subjects.indexOf(subject))
      .some(({ version }) => version === subject.version);
    const keep = <T>(name: SectionName, run: () => T | Promise<T>) =>
      wanted.has(name) && !(again && !CHOSEN.has(name))
        ? store.keep(`${subject.name}/${name}`, [subject.version, inputs[name]], run)
        : undefined;
    const take = <T>(section: Section<T>) => keep(section.name, () => section.run(subject, context));
    /** The takes of a section with what the second judge hears in them. */
    const judged = <T extends Heard>(name: SectionName, takes: readonly T[] | undefined) =>
      takes && withSecond(takes, `${subject.name}/${name}-second`, [subject.version, inputs[name]], second);
    const made = await judged('generation', await take(generation));
    const slid = await judged('sliders', await take(sliders));
    models.push({
      name: subject.name,
      entry: subject.entry,
      weights: weightsOf(subject.version),
      bestOf: subject.bestOf,
      generation: made,
      reconstruction: await take(reconstruction),
      transfer: await take(transferSection),
      modes: await take(modes),
      sliders: slid && sliderFigures(slid),
      runs: made && (await keep('copies', () => runsOf(index(), made))),
      maps: await take(maps),
      toldApart: apart ? await take(toldApart) : undefined,
      speed: await take(speed),
    });
  }
  return { sizes, seed, real: heardReal, realRuns, realApart: realToldApart, models, gates };
}

/** Whatever a section's figures depend on beside the weights. */
function inputsOf(
  { leaning, choosing, bestOf, sampling }: Subject,
  { sizes, settings, seed, judges, emopia, pop1k7, apart }: Context,
): Readonly<Record<SectionName, unknown>> {
  const data = [emopia.length, pop1k7.length];
  const heard = judges.map((judge) => judge.version);
  const corners = QUADRANTS.map((quadrant) => emotionOfQuadrant(quadrant));
  const made = [leaning, choosing, bestOf, sizes.bars, { ...settings.generate, ...sampling }, seed];
  return {
    generation: ['notes', made, sizes.clips, heard, corners],
    reconstruction: [sizes.bars, sizes.reconstructed, settings.transfer, seed, data, corners],
    transfer: ['heard chords', sizes.bars, sizes.pairs, settings.transfer, seed, data, corners],
    modes: [made, sizes.clips, heard],
    sliders: ['notes', made, sizes.takes, heard],
    copies: [made, sizes.clips, data, corners],
    maps: [sizes.bars, sizes.points, seed, data],
    'told-apart': [made, sizes.apart, heard, data, corners, settings.transfer, apart?.judge.version],
    speed: [leaning, sizes.bars, seed],
  };
}

interface Heard {
  readonly heard: Readonly<Record<string, Emotion>>;
  readonly notes: readonly PlainNote[];
}

async function withSecond<T extends Heard>(
  takes: readonly T[],
  name: string,
  inputs: unknown,
  second: SecondJudge,
): Promise<readonly T[]> {
  const opinions = await second.hear(
    name,
    inputs,
    takes.map((take) => take.notes),
  );
  return takes.map((take, i) => {
    const opinion = opinions?.[i];
    return opinion ? { ...take, heard: { ...take.heard, [SECOND_JUDGE]: opinion } } : take;
  });
}

const hearHeld = async (real: RealFigures, inputs: unknown, second: SecondJudge): Promise<RealFigures> => ({
  ...real,
  held: await withSecond(real.held, 'real/held-second', inputs, second),
});

/** Short name of weights: alike for the same weights. */
const weightsOf = (version: string): string =>
  createHash('sha256').update(version).digest('hex').slice(0, 12);

/** Sections whose figures depend on how takes are chosen. */
const CHOSEN: ReadonlySet<SectionName> = new Set(['generation', 'modes', 'sliders', 'copies', 'told-apart']);

function lazy<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
