import { readFileSync } from 'node:fs';

/** A file of the model that ships. */
export const shipped = (file: string) =>
  readFileSync(new URL(`../../../resources/models/affetto/${file}`, import.meta.url));
