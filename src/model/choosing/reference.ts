import { AffettoError } from '../error.ts';
import { CopyIndex } from './copy-index.ts';
import { type ChoosingFile, checkChoosing } from './real-clips.ts';

/** Files of a model folder that takes are held against; made by `npm run research -- reference`. */
export const CHOOSING_FILE = 'choosing.json';
export const RUNS_FILE = 'training-runs.bin';

/** What takes are held against; null where a model does not bring it, and then it does not count. */
export interface Reference {
  readonly real: ChoosingFile | null;
  readonly runs: CopyIndex | null;
}

export const NO_REFERENCE: Reference = { real: null, runs: null };

/** Reads both files. Throws an input error that names a damaged one. */
export function readReference(choosing: Uint8Array | null, runs: Uint8Array | null): Reference {
  return {
    real: choosing && checkChoosing(parse(choosing), CHOOSING_FILE),
    runs: runs && CopyIndex.read(runs, RUNS_FILE),
  };
}

function parse(bytes: Uint8Array): ChoosingFile {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as ChoosingFile;
  } catch (cause) {
    throw new AffettoError(`${CHOOSING_FILE} is damaged; fetch the model again`, 'input', { cause });
  }
}
