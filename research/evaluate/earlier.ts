import { addAsked } from './command-line.ts';
import type { Gates } from './gates.ts';
import type { ModelSummary, Summary } from './report.ts';

/**
 * A run's figures with those of earlier runs: models that were not measured now stay as they were, and so do sections of
 * the same weights, chosen in the same way, that this run left out.
 * @param forgotten names of models whose earlier figures are dropped
 */
export function keepEarlier(
  summary: Summary,
  earlier: Summary | null,
  forgotten: readonly string[] = [],
): Summary {
  const kept = (earlier?.models ?? []).filter(({ name }) => !forgotten.includes(name));
  const now = new Map(summary.models.map((model) => [model.name, model]));
  const stayed = kept.map((before) => {
    const model = now.get(before.name);
    now.delete(before.name);
    return model ? merged(model, before) : before;
  });
  return {
    ...summary,
    real: realOf(summary.real, earlier?.real ?? null),
    gates: gatesOf(summary.gates, earlier?.gates ?? [], forgotten),
    models: [...stayed, ...now.values()],
  };
}

function merged(model: ModelSummary, before: ModelSummary): ModelSummary {
  const same = before.weights === model.weights && before.bestOf === model.bestOf;
  if (!same) return model;
  const measured = Object.fromEntries(Object.entries(model).filter(([, value]) => value !== undefined));
  const asked = model.asked && addAsked(before.asked, model.asked);
  return { ...before, ...measured, ...(asked && { asked }) } as ModelSummary;
}

function realOf(now: Summary['real'], before: Summary['real']): Summary['real'] {
  if (!now || !before) return now ?? before;
  return {
    ...now,
    accuracies: { ...before.accuracies, ...now.accuracies },
    runs: now.runs.length > 0 ? now.runs : before.runs,
    ...((now.toldApart ?? before.toldApart) && { toldApart: now.toldApart ?? before.toldApart }),
  };
}

/** One record a model; the newest counts, in the place of the first. */
function gatesOf(now: readonly Gates[], before: readonly Gates[], forgotten: readonly string[]): Gates[] {
  const records = new Map(before.filter(({ model }) => !forgotten.includes(model)).map((g) => [g.model, g]));
  for (const record of now) records.set(record.model, record);
  return [...records.values()];
}
