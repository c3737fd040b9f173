import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AffettoError } from '../../src/model/error.ts';
import { isInstalled, modelFolder } from '../../src/services/model-files/folder.ts';
import { loadRecogniser } from '../../src/services/model-files/small-model.ts';
import type { Judge } from './judge.ts';

/** The app's own recogniser, and a second one to check it by. */
const USUAL = ['recogniser', 'judge'];

/** Loads recognisers; null = those that are installed. Throws an input error that names what is missing or damaged. */
export async function loadJudges(folders: readonly string[] | null): Promise<Judge[]> {
  if (folders) return Promise.all(folders.map(loadJudge));
  const usual = USUAL.map((name) => modelFolder(name));
  return Promise.all(usual.filter(isInstalled).map(loadJudge));
}

async function loadJudge(folder: string): Promise<Judge> {
  const recogniser = await loadRecogniser(folder);
  if (!recogniser) throw new AffettoError(`--judges: ${folder} holds no recogniser`);
  return {
    name: basename(folder),
    version: readFileSync(join(folder, 'checksums.json'), 'utf8'),
    hear: (notes) => {
      const { valence, arousal } = recogniser.recognise(notes);
      return { valence, arousal };
    },
  };
}
