import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Words } from '../../src/model/tokens/vocabulary.ts';
import type { Entry } from './entry.ts';

/** The outcome for one file: its words, or why it was dropped. */
export type Outcome =
  | {
      readonly id: string;
      readonly words: Words;
      readonly entry: Entry;
      readonly segments: { lengths: number[]; broken: number };
    }
  | { readonly id: string; readonly dropped: string };

/**
 * Outcomes of a run that is not finished yet, one a line in a file, so that an interrupted run goes on where it stopped.
 * A last line that was cut short is forgotten.
 */
export class Journal {
  private readonly path: string;
  readonly done = new Map<string, Outcome>();

  constructor(path: string) {
    this.path = path;
    if (!existsSync(path)) return;
    const lines: string[] = [];
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      const outcome = parse(line);
      if (!outcome) continue;
      lines.push(line);
      this.done.set(outcome.id, outcome);
    }
    writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  }

  add(outcome: Outcome): void {
    this.done.set(outcome.id, outcome);
    const plain =
      'words' in outcome ? { ...outcome, words: Buffer.from(outcome.words).toString('base64') } : outcome;
    appendFileSync(this.path, `${JSON.stringify(plain)}\n`);
  }

  /** The run is complete: nothing to go on with. */
  remove(): void {
    rmSync(this.path, { force: true });
  }
}

function parse(line: string): Outcome | null {
  try {
    const plain = JSON.parse(line);
    return 'words' in plain ? { ...plain, words: new Uint8Array(Buffer.from(plain.words, 'base64')) } : plain;
  } catch {
    return null;
  }
}
