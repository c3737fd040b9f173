import { type Imported, MAX_FILE_BYTES } from '../../contract/clip-calls.ts';
import type { Clip } from '../../contract/document.ts';
import { AS_FOUND, type Correction } from '../../contract/import-source.ts';
import { clipFromImport, withClip } from '../session/clips.ts';
import type { Session } from '../session/session.svelte.ts';
import { toBase64 } from '../shared/base64.ts';
import { readAgain } from './source.ts';

/** Reads MIDI files into clips, and again with corrections where beats were read wrong. */
export class ImportDesk {
  /** Set while a correction is being worked out. */
  working = $state(false);
  /** Why the last correction did not come about; shown where it was asked for. */
  trouble = $state.raw<{ clipId: string; text: string; wanted: Correction } | null>(null);
  readonly #session: Session;
  #latest = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  async correct(clip: Clip, correction: Correction): Promise<void> {
    const { source } = clip;
    if (!source) return;
    const { fileId, fileName } = source;
    if (fileId === null) {
      const text = `${fileName} could not be kept. Open the file again to correct its beats.`;
      this.trouble = { clipId: clip.id, text, wanted: correction };
      return;
    }
    await this.#again(clip, fileName, correction, () =>
      this.#session.api.call('clips.correct', { fileId, fileName, correction }),
    );
  }

  /** The way on where the host no longer has the file: it is chosen again, for this clip and the correction that was wanted. */
  async reopen(clip: Clip, file: File): Promise<void> {
    const correction = this.trouble?.wanted ?? clip.source?.correction ?? AS_FOUND;
    await this.#again(clip, file.name, correction, async () => {
      const base64 = await readBase64(file);
      return this.#session.api.call('clips.import', { fileName: file.name, base64, correction });
    });
  }

  async #again(
    clip: Clip,
    fileName: string,
    correction: Correction,
    read: () => Promise<Imported>,
  ): Promise<void> {
    const turn = ++this.#latest;
    this.working = true;
    this.trouble = null;
    try {
      const imported = await read();
      if (turn !== this.#latest) return;
      this.#session.change('correct the beats', (doc) =>
        withClip(doc, clip.id, (old) => readAgain(old, imported, fileName, correction)),
      );
      this.#session.leaveChoice();
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      if (turn === this.#latest) this.trouble = { clipId: clip.id, text, wanted: correction };
    } finally {
      if (turn === this.#latest) this.working = false;
    }
  }
}

/** After which a file is said to take long, with a way out. */
const PATIENCE_MS = 2000;

/** A new clip from a file. Throws what to tell the user. */
export async function importClip(session: Session, file: File): Promise<Clip> {
  const base64 = await readBase64(file);
  const cancel = { label: 'Cancel', run: () => void session.api.call('clips.cancelImports', {}) };
  const patience = setTimeout(
    () => session.notices.tell(`${file.name} takes a while to read.`, cancel),
    PATIENCE_MS,
  );
  try {
    const imported = await session.api.call('clips.import', { fileName: file.name, base64 });
    return clipFromImport(imported, file.name);
  } finally {
    clearTimeout(patience);
  }
}

async function readBase64(file: File): Promise<string> {
  if (file.size > MAX_FILE_BYTES)
    throw new Error(
      `${file.name} is larger than 8 MB, and no piano piece is. Export the piano alone, and open that.`,
    );
  return toBase64(new Uint8Array(await readable(file, file.arrayBuffer())));
}

/** What a file holds; in words where it has gone, or is a folder that the browser took for a file. */
export async function readable<T>(file: File, content: Promise<T>): Promise<T> {
  return content.catch(() => {
    throw new Error(
      `${file.name} cannot be read. Is it a folder, or has it been moved? Open the file itself.`,
    );
  });
}
