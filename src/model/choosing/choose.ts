import type { MusicModel, WriteOptions } from '../composing/music-model.ts';
import { type Conditions, checkConditions, chooseKey, emotionPath } from '../muser/conditions.ts';
import type { Emotion } from '../muser/emotion-embedding.ts';
import type { GeneratedTake } from '../muser/generate.ts';
import { checkBestOf } from './best-of.ts';
import { type Choice, chooseAmong } from './candidates.ts';
import { judge, type Listen } from './judgement.ts';
import { aimFor } from './real-clips.ts';
import type { Reference } from './reference.ts';

export interface ChosenTake extends GeneratedTake {
  /** null where the take is the only candidate: nothing was compared. */
  readonly choice: Choice | null;
}

export interface ChooseOptions extends WriteOptions {
  readonly bestOf: number;
  readonly listen: Listen;
  readonly reference: Reference;
}

/**
 * Writes `bestOf` candidates of a take side by side and keeps the best. A candidate that copies a training clip is replaced
 * by another; after as many again the one that copies least is kept. With one candidate: what the seed gives. With a judge of bars
 * a take is the best of as many all along, and it is replaced where it copies.
 */
export async function chooseTake(
  model: Pick<MusicModel, 'config' | 'write' | 'barJudge'>,
  conditions: Conditions & { readonly bars: number },
  seed: number,
  { bestOf, listen, reference, ...options }: ChooseOptions,
): Promise<ChosenTake> {
  checkConditions(conditions);
  checkBestOf(bestOf);
  if (bestOf === 1) return { ...(await model.write(conditions, [seed], options))[0], choice: null };
  const aim = reference.real && aimFor(reference.real, meanEmotion(conditions));
  const { mode } = chooseKey(conditions, seed, model.config);
  const choosing = model.barJudge ? { judge: model.barJudge, candidates: bestOf } : undefined;
  const { chosen, choice } = await chooseAmong(
    seed,
    choosing ? 1 : bestOf,
    (seeds) => model.write(conditions, seeds, { ...options, ...(choosing ? { choosing } : {}) }),
    (take) => {
      const sharedNotes = reference.runs?.sharedNotes(take.words) ?? 0;
      return judge(take, conditions, listen(take.piece), { aim, sharedNotes, mode });
    },
  );
  return { ...chosen, seed, choice: { ...choice, bestOf } };
}

function meanEmotion({ emotion }: Conditions): Emotion {
  const path = emotionPath(emotion);
  const mean = (of: (point: Emotion) => number) => path.reduce((sum, p) => sum + of(p), 0) / path.length;
  return { valence: mean((p) => p.valence), arousal: mean((p) => p.arousal) };
}
