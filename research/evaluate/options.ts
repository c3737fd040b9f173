import { existsSync, readFileSync } from 'node:fs';
import type { Io } from '../../src/cli/command.ts';
import { requireInput } from '../../src/model/error.ts';
import { type Context, FULL, QUICK, SECTIONS, type SectionName, type Settings } from './section.ts';

/** The members of a list with commas. */
export const list = (text: string | undefined): string[] => text?.split(',').filter(Boolean) ?? [];

/** A whole number as an option gives it. */
export function wholeNumber(text: string, name: string): number {
  requireInput(/^\d+$/.test(text), `--${name}: '${text}' is not a whole number`);
  return Number(text);
}

/** How much is measured. */
export function sizesOf(quick: boolean, clips: string | undefined): Context['sizes'] {
  const sizes = quick ? QUICK : FULL;
  return clips === undefined ? sizes : { ...sizes, clips: wholeNumber(clips, 'clips') };
}

/** The sections that `--sections` names. */
export function sectionsOf(text: string): ReadonlySet<SectionName> {
  const names = list(text);
  for (const name of names)
    requireInput(
      (SECTIONS as readonly string[]).includes(name),
      `--sections: there is no '${name}'; choose from ${SECTIONS.join(', ')}`,
    );
  return new Set(names as SectionName[]);
}

/** What a file of `--settings` holds; nothing where there is none. */
export function readSettings(path: string | undefined): Settings {
  const empty: Settings = { generate: {}, transfer: {} };
  if (path === undefined) return empty;
  requireInput(existsSync(path), `--settings: there is no file ${path}`);
  return { ...empty, ...(JSON.parse(readFileSync(path, 'utf8')) as Partial<Settings>) };
}

/** A line that is redrawn on a terminal; elsewhere a line every tenth of the way. */
export function progress(io: Io): Context['show'] {
  let last = '';
  return (section, done, total) => {
    const tenth = `${section} ${Math.floor((10 * done) / total)}`;
    if (io.interactive)
      process.stderr.write(`\r\x1b[K${section}: ${done} of ${total}${done === total ? '\n' : ''}`);
    else if (tenth !== last) io.err(`${section}: ${done} of ${total}`);
    last = tenth;
  };
}
