import type { Pictures } from './document.ts';
import { violins } from './plot-violins.ts';
import { mapPlot, runPlot, sliderPlot } from './plots.ts';
import type { Measured } from './report.ts';

/** Every picture that these figures can fill. */
export function drawPictures({ real, realRuns, models }: Measured): Pictures {
  const pictures: Record<string, string> = {};
  for (const { name, generation, sliders, maps } of models) {
    if (generation && real) pictures[`violins-${name}.svg`] = violins(name, real.excerpts, generation);
    if (sliders && Object.keys(sliders.sweeps).length > 0)
      pictures[`sliders-${name}.svg`] = sliderPlot(name, sliders);
    if (maps) pictures[`map-${name}.svg`] = mapPlot(name, maps);
  }
  const runs = models.flatMap(({ name, runs }) => (runs?.length ? [[name, runs] as const] : []));
  if (runs.length > 0) pictures['copies.svg'] = runPlot([['real, held back', realRuns], ...runs]);
  return pictures;
}
