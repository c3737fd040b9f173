import { join } from 'node:path';
import { requireInput } from '../model/error.ts';
import { PerformerNetwork } from '../model/performing/network.ts';
import { type Touch, USUAL_TOUCH } from '../model/performing/touch.ts';
import { modelsFolder } from '../services/inference/load-model.ts';
import { wholeOf } from './arguments.ts';
import { readListener } from './listener-files.ts';

/** How generated music is played. */
export const TOUCH_OPTIONS = {
  pedal: { type: 'string', default: USUAL_TOUCH.pedal ? 'on' : 'off' },
  timing: { type: 'string', default: String(100 * USUAL_TOUCH.timing) },
} as const;

export const TOUCH_USAGE = `  --pedal on|off    with the sustain pedal or without (default: ${TOUCH_OPTIONS.pedal.default})
  --timing N        0 (on the grid) to 100 (a player's own micro-timing; default: ${TOUCH_OPTIONS.timing.default})`;

/** Throws an input error for what cannot be read. */
export function touchOf({ pedal, timing }: { pedal: string; timing: string }): Touch {
  requireInput(pedal === 'on' || pedal === 'off', `--pedal is on or off, not '${pedal}'`);
  const percent = wholeOf('--timing', timing);
  requireInput(percent >= 0 && percent <= 100, `--timing wants 0 to 100, not ${percent}`);
  return { pedal: pedal === 'on', timing: percent / 100 };
}

const folderOf = (): string => join(modelsFolder(), 'performer');

/** The trained performer; undefined where its weights are not installed. Throws an input error that names a damaged file. */
export function loadPerformer(): PerformerNetwork | undefined {
  const files = readListener(folderOf());
  return files && new PerformerNetwork(files.config, files.tensors);
}

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

export function trainedFigures(): TrainedFigures {
  const files = readListener(folderOf());
  requireInput(files, `${folderOf()} is missing; train the performer first`);
  return (files.config as { figures: TrainedFigures }).figures;
}
