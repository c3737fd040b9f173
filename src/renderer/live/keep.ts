import type { Clip, ProjectDocument } from '../../contract/document.ts';
import { largest } from '../../model/lists.ts';
import { addClips, withClip } from '../session/clips.ts';
import type { Session } from '../session/session.svelte.ts';
import { plural } from '../shared/format.ts';
import type { Live } from './live.svelte.ts';
import { askedOfBars, lastBars, pieceOfBars } from './live-bars.ts';

/** Makes a clip of the last bars of live music, the one that sounds included. */
export function keepLast(session: Session, live: Live, most: number): void {
  const { key, beatsPerBar, model } = live.state;
  const range = lastBars(live.bars, live.sounding, most);
  if (!key || range.count === 0) {
    session.notices.tell('There is nothing to keep yet: a bar has to have sounded first.');
    return;
  }
  const { emotion } = session.doc.ask;
  const clip: Clip = {
    id: crypto.randomUUID(),
    name: nextLiveName(session.doc),
    kind: 'take',
    starred: false,
    piece: pieceOfBars(live.bars, { ...range, key, beatsPerBar }),
    mix: {},
    asked: askedOfBars(live.bars, range.from, range.count, emotion),
    model,
  };
  session.change('keep live music', (doc) => addClips(doc, [clip], true));
  session.notices.tell(`${clip.name}: the last ${plural(range.count, 'bar')} are kept as a clip.`);
  void hear(session, clip);
}

async function hear(session: Session, { id, piece }: Clip): Promise<void> {
  const heard = await session.api.call('music.recognise', { piece }).catch(() => undefined);
  if (heard)
    session.amend((doc) => withClip(doc, id, (now) => (now.piece === piece ? { ...now, heard } : now)));
}

/** "Live 3": one more than the largest number in use. */
function nextLiveName(doc: ProjectDocument): string {
  const numbers = doc.clips.map((clip) => Number(/^Live (\d+)/.exec(clip.name)?.[1] ?? 0));
  return `Live ${largest(numbers, 0) + 1}`;
}
