import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readListener } from '../../src/cli/listener-files.ts';
import { EmotionRecogniser } from '../../src/model/emotion/recogniser.ts';
import { AffettoError } from '../../src/model/error.ts';
import { modelsFolder } from '../../src/services/inference/load-model.ts';
import type { Judge } from './judge.ts';

/** The app's own recogniser, and a second one to check it by. */
const USUAL = ['recogniser', 'judge'];

/** Loads recognisers; null = those that are installed. Throws an input error that names what is missing or damaged. */
export function loadJudges(folders: readonly string[] | null): Judge[] {
  if (folders) return folders.map(loadJudge);
  const usual = USUAL.map((name) => join(modelsFolder(), name));
  return usual.filter((folder) => existsSync(join(folder, 'weights.safetensors'))).map(loadJudge);
}

function loadJudge(folder: string): Judge {
  const files = readListener(folder);
  if (!files) throw new AffettoError(`--judges: ${folder} holds no recogniser`);
  const recogniser = EmotionRecogniser.fromWeights(files.config, files.tensors);
  return {
    name: basename(folder),
    version: readFileSync(join(folder, 'checksums.json'), 'utf8'),
    hear: (notes) => {
      const { valence, arousal } = recogniser.recognise(notes);
      return { valence, arousal };
    },
  };
}
