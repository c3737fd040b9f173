import type { Pictures } from './document.ts';
import { isCompared } from './parts.ts';
import { violins } from './plot-violins.ts';
import { mapPlot, runPlot, sliderPlot } from './plots.ts';
import type { Measured, Summary } from './report.ts';

/**
 * Every picture that a run can fill, of the models that are shown in full.
 * @param summary the run's figures with those of earlier ones, for what shows all models at once
 */
export function drawPictures({ real, models }: Measured, summary: Summary): Pictures {
  const pictures: Record<string, string> = {};
  for (const { name, generation, sliders, maps } of models) {
    if (isCompared(name)) continue;
    if (generation && real) pictures[`violins-${name}.svg`] = violins(name, real.excerpts, generation);
    if (sliders && Object.keys(sliders.sweeps).length > 0)
      pictures[`sliders-${name}.svg`] = sliderPlot(name, sliders);
    if (maps) pictures[`map-${name}.svg`] = mapPlot(name, maps);
  }
  const runs = summary.models.flatMap(({ name, runs }) =>
    runs?.length && !isCompared(name) ? [[name, runs] as const] : [],
  );
  const held = summary.real?.runs ?? [];
  if (runs.length > 0) pictures['copies.svg'] = runPlot([['real, held back', held], ...runs]);
  return pictures;
}
