import type { Clip, Emotion, ProjectDocument } from '../../contract/document.ts';
import { joinPieces, repeatPiece, splitPiece, trimPiece } from '../../model/music/parts.ts';
import type { Piece } from '../../model/music/piece.ts';
import { addClips, readingOf, withClip } from '../session/clips.ts';
import { addSection, arrangementOf, clipSection, variantName } from './arrangement.ts';

/** Edits of clips as wholes; each gives a new document, and undo takes it back. */

const named = (doc: ProjectDocument, wanted: string): string => {
  const taken = new Set(doc.clips.map(({ name }) => name));
  if (!taken.has(wanted)) return wanted;
  for (let number = 2; ; number++) if (!taken.has(`${wanted} ${number}`)) return `${wanted} ${number}`;
};

/** A clip with other music: what was asked and heard goes with the bars, the rest of its story ends. */
function remade(
  { id, name, kind, starred, ask, seed, model, asked, heard }: Clip,
  piece: Piece,
  bars: (list: readonly Emotion[]) => Emotion[],
): Clip {
  const reading = heard && readingOf(bars(heard.bars));
  return {
    ...{ id, name, kind, starred, piece, mix: {} },
    ...(asked && { asked: bars(asked) }),
    ...(ask && { ask }),
    ...(reading && { heard: reading }),
    ...(seed !== undefined && { seed }),
    ...(model !== undefined && { model }),
  };
}

const fresh = (clip: Clip, name: string): Clip => ({
  ...clip,
  id: crypto.randomUUID(),
  name,
  starred: false,
});

export function duplicateClip(doc: ProjectDocument, clip: Clip): ProjectDocument {
  return addClips(doc, [fresh(clip, named(doc, `${clip.name} copy`))], true);
}

/** The clip is the bars [from, to) alone. */
export function trimClip(doc: ProjectDocument, id: string, from: number, to: number): ProjectDocument {
  return withClip(doc, id, (clip) =>
    remade(clip, trimPiece(clip.piece, from, to), (list) => list.slice(from, to)),
  );
}

/** The clip ends before `bar`, and a clip behind it goes on: in the song's form too, so that it sounds as it did. */
export function splitClip(doc: ProjectDocument, id: string, bar: number): ProjectDocument {
  const index = doc.clips.findIndex((clip) => clip.id === id);
  const clip = doc.clips[index];
  if (!clip) return doc;
  const [first, second] = splitPiece(clip.piece, bar);
  const end = clip.piece.barBeats.length;
  const rest = fresh(
    remade(clip, second, (list) => list.slice(bar, end)),
    named(doc, `${clip.name} (rest)`),
  );
  const halved = withClip(doc, id, (old) => remade(old, first, (list) => list.slice(0, bar)));
  const both = { ...halved, clips: halved.clips.toSpliced(index + 1, 0, rest) };
  return arrangementOf(doc)
    .sections.filter((section) => section.clipId === id)
    .reduce((into, section) => {
      const { sections } = arrangementOf(into);
      const name = variantName(sections, section.name);
      return addSection(into, { ...clipSection(into, rest), name }, section.id);
    }, both as ProjectDocument);
}

export function repeatClip(doc: ProjectDocument, id: string, times: number): ProjectDocument {
  return withClip(doc, id, (clip) =>
    remade(clip, repeatPiece(clip.piece, times), (list) => Array.from({ length: times }, () => list).flat()),
  );
}

/** Clips end to end as a new one; they stay. */
export function joinClips(doc: ProjectDocument, ids: readonly string[], name?: string): ProjectDocument {
  const clips = ids.flatMap((id) => doc.clips.find((clip) => clip.id === id) ?? []);
  const feels = (list: (clip: Clip) => readonly Emotion[] | undefined): Emotion[] | null => {
    const lists = clips.map((clip) => list(clip)?.slice(0, clip.piece.barBeats.length));
    return lists.every((one, i) => one?.length === clips[i].piece.barBeats.length)
      ? (lists as Emotion[][]).flat()
      : null;
  };
  const heard = feels((clip) => clip.heard?.bars);
  const asked = feels((clip) => clip.asked);
  const reading = heard && readingOf(heard);
  const joined: Clip = {
    id: crypto.randomUUID(),
    name: named(doc, (name ?? clips.map((clip) => clip.name).join(' + ')).slice(0, 110)),
    kind: 'remix',
    starred: false,
    piece: joinPieces(clips.map(({ piece }) => piece)),
    mix: {},
    ...(asked && { asked }),
    ...(reading && { heard: reading }),
  };
  return addClips(doc, [joined], true);
}
