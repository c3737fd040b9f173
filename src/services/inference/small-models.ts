import type { EmotionRecogniser } from '../../model/emotion/recogniser.ts';
import type { BeatTracker } from '../../model/music/beat-tracker.ts';
import type { PerformerNetwork } from '../../model/performing/network.ts';
import type { VoiceTagger } from '../../model/voices/tagger.ts';
import {
  loadBeatTracker,
  loadPerformer,
  loadRecogniser,
  loadVoiceTagger,
} from '../model-files/small-model.ts';

/** The models beside the one that writes; null where one cannot be used. */
export interface SmallModels {
  readonly recogniser: EmotionRecogniser | null;
  readonly beatTracker: BeatTracker | null;
  readonly voiceTagger: VoiceTagger | null;
  readonly performer: PerformerNetwork | null;
  /** What cannot be used and what that means, for people; empty where all is well. Music is another without them. */
  readonly trouble: string;
}

/** Loads them all: one that is missing or damaged is told, and stops none of the others. */
export async function loadSmallModels(): Promise<SmallModels> {
  const troubles: string[] = [];
  async function usable<T>(load: () => Promise<T | null>, instead: string): Promise<T | null> {
    try {
      const found = await load();
      if (!found) troubles.push(`${instead}: the files for it are missing.`);
      return found;
    } catch (error) {
      troubles.push(`${instead}: ${error instanceof Error ? error.message : error}.`);
      return null;
    }
  }
  const models = {
    recogniser: await usable(loadRecogniser, 'Emotion is not heard, and no take is chosen by it'),
    beatTracker: await usable(loadBeatTracker, 'Beats of performances are not found'),
    voiceTagger: await usable(loadVoiceTagger, 'Notes of opened clips have no voices'),
    performer: await usable(loadPerformer, 'Takes have neither pedal nor timing of their own'),
  };
  const trouble = troubles.length > 0 ? `${troubles.join(' ')} Install Affetto again.` : '';
  return { ...models, trouble };
}
