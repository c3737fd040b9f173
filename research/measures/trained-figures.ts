import { requireInput } from '../../src/model/error.ts';
import { modelFolder } from '../../src/services/model-files/folder.ts';
import { readSmallModel } from '../../src/services/model-files/small-model.ts';

/** What the trainer measured on held-out clips, told what was played so far: in the performer's config.json. */
export interface TrainedFigures {
  readonly pedal: {
    readonly nats: number;
    readonly baselineNats: number;
    readonly modelF1: number;
    readonly baselineF1: number;
  };
  readonly timing: Readonly<
    Record<'onset' | 'lean' | 'note', { readonly nats: number; readonly baselineNats: number }>
  >;
}

export async function trainedFigures(): Promise<TrainedFigures> {
  const folder = modelFolder('performer');
  const model = await readSmallModel(folder);
  requireInput(model, `${folder} is missing; train the performer first`);
  return (model.config as { figures: TrainedFigures }).figures;
}
