import type { GenerateRequest, Imported, Take } from '../../contract/contract.ts';
import type { Chosen, Clip, Emotion, ProjectDocument, Reading, Renewed } from '../../contract/document.ts';
import { largest } from '../../model/lists.ts';
import { trimPiece } from '../../model/music/parts.ts';
import { matchOf } from '../emotion/match.ts';
import { sourceOf } from '../import/source.ts';

/** Changes of a project's clips: each gives a new document. */

export function withClip(doc: ProjectDocument, id: string, change: (clip: Clip) => Clip): ProjectDocument {
  return { ...doc, clips: doc.clips.map((clip) => (clip.id === id ? change(clip) : clip)) };
}

export function addClips(doc: ProjectDocument, clips: readonly Clip[], select: boolean): ProjectDocument {
  const fresh = clips.filter((clip) => !doc.clips.some((known) => known.id === clip.id));
  if (fresh.length === 0) return doc;
  return { ...doc, clips: [...doc.clips, ...fresh], currentId: select ? fresh[0].id : doc.currentId };
}

/** Removes a clip; its neighbour is shown instead, and what was mixed from it stays as it sounds. */
export function removeClip(doc: ProjectDocument, id: string): ProjectDocument {
  const index = doc.clips.findIndex((clip) => clip.id === id);
  const clips = doc.clips.filter((clip) => clip.id !== id);
  const neighbour = clips[Math.min(index, clips.length - 1)]?.id ?? null;
  return { ...doc, clips, currentId: doc.currentId === id ? neighbour : doc.currentId };
}

/** A clip that was removed, where it was, and shown; nothing where it is back already. */
export function bringBack(doc: ProjectDocument, clip: Clip, index: number): ProjectDocument {
  if (doc.clips.some(({ id }) => id === clip.id)) return doc;
  return { ...doc, clips: doc.clips.toSpliced(index, 0, clip), currentId: clip.id };
}

/** A take as a clip that tells all it was asked for; one that is to be heard against another clip keeps that as its before. */
export function clipFromTake(
  job: { id: string; request: GenerateRequest },
  take: Take,
  name: string,
  from?: Clip,
): Clip {
  const { ask, bars, base } = job.request;
  const section = base?.section ? base : null;
  const only = <T>(list: readonly T[]): T[] => list.slice(section?.fromBar, section?.toBar);
  const heard = take.heard && section ? readingOf(only(take.heard.bars)) : take.heard;
  return {
    id: `${job.id}-${take.index}`,
    name,
    kind: 'take',
    starred: false,
    piece: section ? trimPiece(take.piece, section.fromBar, section.toBar) : take.piece,
    mix: {},
    asked: only(bars),
    ask: { ...ask, seed: null },
    ...(base && !section ? { renewed: renewedOf(base) } : {}),
    ...(from ? { before: from.piece, heardBefore: from.heard } : {}),
    ...(take.choice ? { chosen: chosenOf(take.choice) } : {}),
    ...(heard ? { heard } : {}),
    seed: take.seed,
    model: take.model,
  };
}

function chosenOf({ candidates, reason }: NonNullable<Take['choice']>): Chosen {
  const copies = candidates.filter(({ rejected }) => rejected).length;
  return { written: candidates.length, copies, reason };
}

function renewedOf({ clipId, renew, fromBar, toBar, added }: NonNullable<GenerateRequest['base']>): Renewed {
  return { clipId, elements: renew, fromBar, toBar, ...(added && { added }) };
}

/** Of some bars alone: the whole is what they are on the mean. */
export function readingOf(bars: readonly Emotion[]): Reading | null {
  if (bars.length === 0) return null;
  const mean = (of: (bar: Emotion) => number): number =>
    Math.round((bars.reduce((sum, bar) => sum + of(bar), 0) / bars.length) * 1000) / 1000;
  const emotion = { valence: mean(({ valence }) => valence), arousal: mean(({ arousal }) => arousal) };
  return { emotion, bars: [...bars] };
}

export function clipFromImport(imported: Imported, fileName: string): Clip {
  return {
    id: crypto.randomUUID(),
    name: imported.name,
    kind: 'import',
    starred: false,
    piece: imported.piece,
    mix: {},
    ...(imported.heard ? { heard: imported.heard } : {}),
    source: sourceOf(imported, fileName),
  };
}

/** "Take 5": one more than the largest number in use. */
export function nextTakeName(doc: ProjectDocument): string {
  const numbers = doc.clips.map((clip) => Number(/^Take (\d+)/.exec(clip.name)?.[1] ?? 0));
  return `Take ${largest(numbers, 0) + 1}`;
}

export type Order = 'match' | 'newest';

/** Takes by closeness to what was asked (or newest first), starred ones on top, what was imported after them. */
export function sortedClips(clips: readonly Clip[], order: Order): Clip[] {
  const rank = (clip: Clip): number => (clip.starred ? 2 : clip.kind === 'import' ? 0 : 1);
  const indexed = clips.map((clip, index) => ({ clip, index, match: matchOf(clip.asked, clip.heard) ?? -1 }));
  indexed.sort(
    (a, b) => rank(b.clip) - rank(a.clip) || (order === 'match' ? b.match - a.match : 0) || b.index - a.index,
  );
  return indexed.map(({ clip }) => clip);
}
