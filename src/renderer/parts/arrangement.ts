import {
  type Arrangement,
  type Clip,
  type Emotion,
  MAX_SECTION_BARS,
  MAX_SECTIONS,
  type PathPoint,
  type ProjectDocument,
  type Reading,
  type Section,
} from '../../contract/document.ts';
import { requireInput } from '../../model/error.ts';
import { largest } from '../../model/lists.ts';
import { secondsOf } from '../../model/music/measures.ts';
import { joinPieces, restBars, startsOf } from '../../model/music/parts.ts';
import type { Piece } from '../../model/music/piece.ts';
import { emotionPerBar } from '../emotion/path.ts';
import { readingOf } from '../session/clips.ts';

/** The song's form: sections laid end to end. Each change gives a new document. */

const NOTHING: Arrangement = { sections: [], path: null };
/** Of a section that is made without a clip. */
const USUAL_BARS = 8;

export const arrangementOf = (doc: ProjectDocument): Arrangement => doc.arrangement ?? NOTHING;

/** A section with what it plays and where it lies. */
export interface Placed {
  readonly section: Section;
  /** null: empty. */
  readonly clip: Clip | null;
  readonly piece: Piece;
  readonly startBar: number;
  readonly bars: number;
}

export function placedSections(sections: readonly Section[], clips: readonly Clip[]): Placed[] {
  const byId = new Map(clips.map((clip) => [clip.id, clip]));
  let startBar = 0;
  let before: Piece | null = null;
  return sections.map((section) => {
    const clip = (section.clipId !== null && byId.get(section.clipId)) || null;
    const piece: Piece = clip?.piece ?? restBars(before, section.bars);
    const placed: Placed = { section, clip, piece, startBar, bars: piece.barBeats.length };
    startBar += placed.bars;
    before = piece;
    return placed;
  });
}

/** The whole as one piece; null where there is none. */
export const arrangedPiece = (placed: readonly Placed[]): Piece | null =>
  placed.length === 0 ? null : joinPieces(placed.map(({ piece }) => piece));

/** What was heard in the clips, bar by bar; empty bars feel as the path says. */
export function heardInWhole(placed: readonly Placed[], asked: readonly Emotion[]): Reading | null {
  return readingOf(
    placed.flatMap(({ clip, startBar, bars }) =>
      Array.from({ length: bars }, (_, bar) => clip?.heard?.bars[bar] ?? asked[startBar + bar]),
    ),
  );
}

/** The path over the whole, one emotion a bar; where none is drawn, what each clip was asked for or feels like. */
export function askedOfWhole({ path }: Arrangement, placed: readonly Placed[], usual: Emotion): Emotion[] {
  const bars = placed.reduce((sum, one) => sum + one.bars, 0);
  if (path) return emotionPerBar(usual, path, bars);
  return placed.flatMap(({ clip, bars: count }) =>
    Array.from({ length: count }, (_, bar) => clip?.asked?.[bar] ?? clip?.heard?.emotion ?? usual),
  );
}

export function wholeSeconds(placed: readonly Placed[]): number {
  return placed.reduce((sum, { piece }) => sum + secondsOf(piece), 0);
}

/** Beats at which sections begin. */
export const sectionStarts = (placed: readonly Placed[]): number[] =>
  startsOf(placed.map(({ piece }) => piece));

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** A clip that is there already comes back as a variant, A then A'; another one has the next letter. */
function nextSectionName(sections: readonly Section[], clipId: string | null): string {
  const same = clipId === null ? undefined : sections.find((section) => section.clipId === clipId);
  if (same) return variantName(sections, same.name);
  const used = new Set(sections.map(({ name }) => name.replace(/'+$/, '')));
  return [...LETTERS].find((letter) => !used.has(letter)) ?? `Section ${sections.length + 1}`;
}

/** The name with one more stroke than any that is there. */
export function variantName(sections: readonly Section[], name: string): string {
  const stem = name.replace(/'+$/, '');
  const strokes = sections
    .filter((section) => section.name.replace(/'+$/, '') === stem)
    .map((section) => section.name.length - stem.length);
  return `${stem}${"'".repeat(largest(strokes, -1) + 1)}`.slice(0, 120);
}

function withSections(
  doc: ProjectDocument,
  change: (sections: readonly Section[]) => readonly Section[],
): ProjectDocument {
  const arrangement = arrangementOf(doc);
  const sections = change(arrangement.sections);
  requireInput(
    sections.length <= MAX_SECTIONS,
    `A song has ${MAX_SECTIONS} sections at most. Join some of the clips into one.`,
  );
  return sections === arrangement.sections
    ? doc
    : { ...doc, arrangement: { ...arrangement, sections: [...sections] } };
}

/** Puts a section behind the one with the id `after`, or at the end. */
export const addSection = (doc: ProjectDocument, section: Section, after?: string): ProjectDocument =>
  withSections(doc, (sections) => {
    const at = sections.findIndex(({ id }) => id === after);
    return sections.toSpliced(at < 0 ? sections.length : at + 1, 0, section);
  });

export const clipSection = (doc: ProjectDocument, clip: Clip): Section => ({
  id: crypto.randomUUID(),
  name: nextSectionName(arrangementOf(doc).sections, clip.id),
  clipId: clip.id,
  bars: Math.min(MAX_SECTION_BARS, clip.piece.barBeats.length),
});

export const emptySection = (doc: ProjectDocument, bars = USUAL_BARS): Section => ({
  id: crypto.randomUUID(),
  name: nextSectionName(arrangementOf(doc).sections, null),
  clipId: null,
  bars,
});

export const changeSection = (
  doc: ProjectDocument,
  id: string,
  part: Partial<Omit<Section, 'id'>>,
): ProjectDocument =>
  withSections(doc, (sections) =>
    sections.map((section) => (section.id === id ? { ...section, ...part } : section)),
  );

export const removeSection = (doc: ProjectDocument, id: string): ProjectDocument =>
  withSections(doc, (sections) => sections.filter((section) => section.id !== id));

/** By so many places, as far as there are any. */
export const moveSection = (doc: ProjectDocument, id: string, by: number): ProjectDocument =>
  withSections(doc, (sections) => {
    const from = sections.findIndex((section) => section.id === id);
    const to = Math.min(sections.length - 1, Math.max(0, from + by));
    if (from < 0 || from === to) return sections;
    return sections.toSpliced(from, 1).toSpliced(to, 0, sections[from]);
  });

/** The same clip once more behind it. */
export function repeatSection(doc: ProjectDocument, id: string): ProjectDocument {
  const { sections } = arrangementOf(doc);
  const section = sections.find((one) => one.id === id);
  if (!section) return doc;
  return addSection(
    doc,
    { ...section, id: crypto.randomUUID(), name: variantName(sections, section.name) },
    id,
  );
}

/** A take that was written for a section is what it plays, if the section is still there. */
export const fillSection = (
  doc: ProjectDocument,
  sectionId: string | undefined,
  clipId: string,
): ProjectDocument =>
  sectionId !== undefined && arrangementOf(doc).sections.some(({ id }) => id === sectionId)
    ? changeSection(doc, sectionId, { clipId })
    : doc;

export function withPath(doc: ProjectDocument, path: readonly PathPoint[] | null): ProjectDocument {
  const sorted = path && [...path].sort((a, b) => a.at - b.at);
  return { ...doc, arrangement: { ...arrangementOf(doc), path: sorted } };
}
