import {
  NEW_ASK,
  PROJECT_FORMAT,
  PROJECT_VERSION,
  type ProjectDocument,
  projectSchema,
} from '../contract/document.ts';
import { AffettoError, requireInput } from '../model/error.ts';

/** One step from each older version to the next. */
const STEPS: Record<number, (old: Record<string, unknown>) => Record<string, unknown>> = {
  1: withEverySetting,
};

/** Version 1 knew no progression, range, voices, density, adventure or tempo to follow: all as in a new song. */
function withEverySetting(old: Record<string, unknown>): Record<string, unknown> {
  const { follow, progression, low, high, voices, density, temperature } = NEW_ASK;
  const added = { follow, progression, low, high, voices, density, temperature };
  return { ...old, ask: { ...added, ...(old.ask as object) } };
}

/** The file is sound, and of a format that this Affetto does not know yet. */
export class NewerProject extends AffettoError {}

/**
 * Reads a project file of any known version. Throws an input error that names the file when it is not ours, is
 * damaged, or was written by a newer Affetto.
 */
export function readProject(text: string, name: string): ProjectDocument {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new AffettoError(
      `${name} is not a project file, or it is damaged: it is not readable JSON. Open another copy of it.`,
    );
  }
  requireInput(
    value !== null && typeof value === 'object' && (value as { format?: unknown }).format === PROJECT_FORMAT,
    `${name} is not an Affetto project. Open a file that ends in .affetto or .mid.`,
  );
  // The mark of a save belongs to the file, not to the song.
  const { state: _, ...rest } = value as Record<string, unknown>;
  let document = rest;
  const version = document.version;
  requireInput(
    Number.isInteger(version) && (version as number) >= 1,
    `${name} is damaged: it does not say its version. Open another copy of it.`,
  );
  if ((version as number) > PROJECT_VERSION) {
    throw new NewerProject(
      `${name} was saved by a newer Affetto (format ${version}, this one reads up to ${PROJECT_VERSION}). Update Affetto to open it; the file was left as it is.`,
    );
  }
  for (let at = version as number; at < PROJECT_VERSION; at++)
    document = { ...STEPS[at](document), version: at + 1 };
  try {
    return projectSchema.check(document, 'project') as ProjectDocument;
  } catch (error) {
    throw new AffettoError(
      `${name} is damaged: ${error instanceof Error ? error.message : error}. Open another copy of it.`,
    );
  }
}
