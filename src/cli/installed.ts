import type { BeatTracker } from '../model/music/beat-tracker.ts';
import type { PerformerNetwork } from '../model/performing/network.ts';
import type { VoiceTagger } from '../model/voices/tagger.ts';
import { modelFolder } from '../services/model-files/folder.ts';
import * as models from '../services/model-files/small-model.ts';

type Say = (line: string) => void;

/** What is missing is said, as the music is another without it. */
function said<T>(found: T | null, name: string, instead: string, say: Say): T | undefined {
  if (found === null) say(`affetto: the ${name} (${modelFolder(name)}) is missing; ${instead}`);
  return found ?? undefined;
}

export const installedPerformer = async (say: Say): Promise<PerformerNetwork | undefined> =>
  said(await models.loadPerformer(), 'performer', 'music has neither pedal nor timing of its own', say);

export const installedRecogniser = async (say: Say) =>
  said(await models.loadRecogniser(), 'recogniser', 'emotion is not heard, and nothing is chosen by it', say);

/** Said by whoever has a performance to read. */
export const installedBeatTracker = async (): Promise<BeatTracker | undefined> =>
  (await models.loadBeatTracker()) ?? undefined;

/** Said by whoever asks for voices. */
export const installedVoiceTagger = async (): Promise<VoiceTagger | undefined> =>
  (await models.loadVoiceTagger()) ?? undefined;
