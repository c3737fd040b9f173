import type { Clip } from '../../contract/document.ts';
import { importClip, readable } from '../import/import-desk.svelte.ts';
import { fromBase64 } from '../shared/base64.ts';
import { plural } from '../shared/format.ts';
import { addClips } from './clips.ts';
import type { Session } from './session.svelte.ts';

const MIDI_NAME = /\.(midi?|kar|rmi|smf)$/i;
const PROJECT_NAME = /\.affetto$/i;

/** Takes in dropped or chosen files: MIDI becomes clips, a project file is opened; the rest is said to be left out. */
export async function openFiles(session: Session, files: readonly File[]): Promise<void> {
  const opened: string[] = [];
  for (const [i, file] of files.entries()) {
    const reading =
      files.length > 1 ? session.notices.tell(`Reading ${i + 1} of ${files.length}: ${file.name}`) : null;
    try {
      if (PROJECT_NAME.test(file.name)) await openProjectFile(session, file);
      else if (MIDI_NAME.test(file.name)) opened.push(await importMidi(session, file));
      else
        session.notices.fail(
          `${file.name} is neither a MIDI file (.mid) nor an Affetto project (.affetto). Export it from your DAW as MIDI, and drop that.`,
        );
    } catch (error) {
      session.notices.fail(error);
    } finally {
      if (reading !== null) session.notices.dismiss(reading);
    }
  }
  if (opened.length > 1) session.notices.tell(`${plural(opened.length, 'clip')} were opened.`);
}

/** Files out of a drop; a folder is refused in words, because a browser hands it over as an unreadable file. */
export function filesOf(transfer: DataTransfer, refuse: (message: string) => void): File[] {
  const files: File[] = [];
  for (const item of transfer.items) {
    if (item.kind !== 'file') continue;
    const entry = item.webkitGetAsEntry?.();
    if (entry?.isDirectory) {
      refuse(`${entry.name} is a folder. Drop the .mid files that are in it.`);
      continue;
    }
    const file = item.getAsFile();
    if (file) files.push(file);
  }
  return files;
}

/** Shows the new clip with what was decided about its beats; returns its name. */
async function importMidi(session: Session, file: File): Promise<string> {
  const clip = await importClip(session, file);
  session.change('import', (doc) => addClips(doc, [clip], true));
  session.bars = null;
  session.review(clip.id, true);
  return clip.name;
}

async function openProjectFile(session: Session, file: File): Promise<void> {
  if (!(await session.settle())) return;
  const text = await readable(file, file.text());
  session.replace(await session.api.call('projects.adopt', { fileName: file.name, text }));
}

/** Writes a clip as MIDI and hands it to the browser as a download (a save dialog under Electron). */
export async function exportClip(
  session: Session,
  clip: Pick<Clip, 'name' | 'piece'>,
  type: 0 | 1 = 1,
): Promise<void> {
  try {
    const { fileName, base64 } = await session.api.call('clips.write', {
      name: clip.name,
      piece: clip.piece,
      type,
      chords: true,
      pedal: session.settings.pedalOnExport,
      beats: session.settings.foundBeatsOnExport ? 'piece' : 'file',
    });
    download(new Blob([fromBase64(base64)], { type: 'audio/midi' }), fileName);
  } catch (error) {
    session.notices.fail(error);
  }
}

/** What the lanes show: the whole song, or the clip. */
export async function exportShown(session: Session): Promise<void> {
  const { arranged, showsWhole, current, doc } = session;
  const whole = showsWhole && arranged ? { name: doc.name, piece: arranged } : current;
  if (whole) await exportClip(session, whole);
}

export function exportProject(session: Session): void {
  const name = session.doc.name.replace(/[^\w -]+/g, '').trim() || 'song';
  download(new Blob([JSON.stringify(session.doc)], { type: 'application/json' }), `${name}.affetto`);
}

function download(blob: Blob, fileName: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 30_000);
}
