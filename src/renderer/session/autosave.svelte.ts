import type { ProjectDocument } from '../../document.ts';
import type { Session } from './session.svelte.ts';

const QUIET_MS = 600;
const RETRY_MS = 5000;

/** Saves the project a moment after each change; on failure keeps the work, says so, and tries again. */
export class Autosave {
  state = $state<'saved' | 'unsaved' | 'saving' | 'failed'>('saved');
  readonly #session: Session;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saved: ProjectDocument;
  #saving = false;

  constructor(session: Session) {
    this.#session = session;
    this.#saved = session.doc;
    session.api.onConnection?.((up) => {
      if (up && this.state !== 'saved') void this.flush();
    });
    addEventListener('beforeunload', () => void this.flush());
  }

  /** Call whenever the document may have changed. */
  noticeChange(doc: ProjectDocument): void {
    if (doc === this.#saved) return;
    if (doc.id !== this.#saved.id && doc.clips.length === 0) {
      this.#saved = doc;
      return;
    }
    if (this.state !== 'failed') this.state = 'unsaved';
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), QUIET_MS);
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    const project = this.#session.doc;
    if (project === this.#saved || this.#saving) return;
    this.#saving = true;
    const failedBefore = this.state === 'failed';
    this.state = 'saving';
    try {
      await this.#session.api.call('projects.save', { project });
      this.#saved = project;
      this.state = 'saved';
    } catch (error) {
      this.state = 'failed';
      if (!failedBefore) this.#session.notices.fail(error);
      this.#timer = setTimeout(() => void this.flush(), RETRY_MS);
    } finally {
      this.#saving = false;
    }
    if (this.state === 'saved' && this.#session.doc !== this.#saved) this.noticeChange(this.#session.doc);
  }
}
