import { withClip } from './clips.ts';
import type { Session } from './session.svelte.ts';

const QUIET_MS = 450;

/** Hears the current clip again a moment after its notes were changed by hand. */
export class Reader {
  readonly #session: Session;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Call after an edit; only the last of a quick row is heard. */
  editSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#read(), QUIET_MS);
  }

  async #read(): Promise<void> {
    const clip = this.#session.current;
    if (!clip) return;
    try {
      const heard = await this.#session.api.call('music.recognise', { piece: clip.piece });
      this.#session.amend((doc) =>
        withClip(doc, clip.id, (now) => (now.piece === clip.piece ? { ...now, heard } : now)),
      );
    } catch {
      // The reading stays as it was; the engine's own state says what is wrong.
    }
  }
}
