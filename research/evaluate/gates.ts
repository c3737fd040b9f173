import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { AffettoError } from '../../src/model/error.ts';
import type { Element } from '../../src/model/tokens/vocabulary.ts';

type PerElement = Readonly<Record<Element, number>>;

/** The last check of a codec that training wrote (training/muser/gates.py), or that training/muser/evaluate.py made of a checkpoint. */
export interface Gates {
  readonly model: string;
  readonly step: number | null;
  readonly crossEntropy: PerElement;
  readonly otherCodes: PerElement;
  readonly blankHistory: PerElement;
  /** Book -> element -> nats. */
  readonly information: Readonly<Record<string, PerElement>>;
  readonly perplexity: Readonly<Record<string, number>>;
  readonly unigram: PerElement | null;
}

interface Line {
  readonly model?: string;
  readonly step?: number;
  readonly unigram?: PerElement;
  readonly check?: Omit<Gates, 'model' | 'step' | 'unigram'>;
}

/** One record a model: the last check in the files given for it. The model is named in the file, or by its folder. */
export function readGates(files: readonly string[]): Gates[] {
  const found = new Map<string, Gates>();
  for (const file of files) {
    for (const line of readLines(file)) {
      if (!line.check?.crossEntropy) continue;
      const model = line.model ?? nameOf(file);
      const unigram = line.unigram ?? found.get(model)?.unigram ?? null;
      found.set(model, { ...line.check, model, step: line.step ?? null, unigram });
    }
  }
  return [...found.values()];
}

/** runs/affetto/codec.jsonl is affetto. */
const nameOf = (file: string): string => basename(dirname(file)) || basename(file, '.jsonl');

function readLines(file: string): Line[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AffettoError(`--gates: ${file} cannot be read`, 'input', { cause });
  }
  return text
    .split('\n')
    .filter((line) => line.trim())
    .map((line, i) => {
      try {
        return JSON.parse(line) as Line;
      } catch (cause) {
        throw new AffettoError(`--gates: line ${i + 1} of ${file} is not JSON`, 'input', { cause });
      }
    });
}
