import type { ProjectDocument } from '../../contract/document.ts';
import type { ProjectEntry } from '../../contract/project-calls.ts';
import type { Session } from './session.svelte.ts';

const QUIET_MS = 600;
/** While a pointer is held down nothing is saved, so that a drag stays smooth; but not for ever. */
const HELD_MS = 5000;
const RETRY_MS = 5000;

export type SaveState = 'saved' | 'unsaved' | 'saving' | 'failed' | 'conflict';

/** Saves the song a moment after each change; on failure keeps the work, says so, and tries again. */
export class Autosave {
  state = $state<SaveState>('saved');
  /** Another window's song under the same name; `other` null: it was deleted there. Nothing is saved until that is settled. */
  conflict = $state.raw<{ other: ProjectEntry | null } | null>(null);
  /** What can be done where saving fails. */
  onFailure: (error: unknown) => void;
  readonly #session: Session;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  #heldSince: number | null = null;

  constructor(session: Session) {
    this.#session = session;
    this.onFailure = (error) => session.notices.fail(error);
    session.settle = () => this.settle();
    session.api.onConnection?.((up) => {
      if (up && this.state !== 'saved') void this.flush();
    });
    addEventListener('pointerdown', () => (this.#heldSince = performance.now()), { capture: true });
    for (const end of ['pointerup', 'pointercancel', 'blur'])
      addEventListener(end, () => (this.#heldSince = null), { capture: true });
    addEventListener('beforeunload', (event) => {
      void this.flush();
      // What could not be saved would be gone with the window.
      if (this.state === 'failed' || this.state === 'conflict') event.preventDefault();
    });
  }

  /** Call whenever the document may have changed. */
  noticeChange(doc: ProjectDocument): void {
    if (doc === this.#session.disk.doc) {
      if (!this.#running) this.#rest();
      return;
    }
    if (this.state === 'conflict') return;
    if (this.state !== 'failed') this.state = 'unsaved';
    this.#later(QUIET_MS);
  }

  /** Saves what there is to save; resolves when that is done or has failed. */
  async flush(): Promise<void> {
    this.#running ??= this.#save().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Before another song is opened: false, with a word to the user, when this one could not be saved. */
  async settle(): Promise<boolean> {
    await this.flush();
    const { doc, disk, notices } = this.#session;
    if (doc === disk.doc) return true;
    if (this.state === 'failed')
      notices.fail(`“${doc.name}” could not be saved, so it stays open. Save a copy of it elsewhere first.`);
    return false;
  }

  /** The window goes on with what is on disk from now on. */
  #rest(): void {
    clearTimeout(this.#timer);
    this.conflict = null;
    this.state = 'saved';
  }

  #later(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const held = this.#heldSince !== null && performance.now() - this.#heldSince < HELD_MS;
      if (held) this.#later(QUIET_MS);
      else void this.flush();
    }, ms);
  }

  async #save(): Promise<void> {
    clearTimeout(this.#timer);
    const session = this.#session;
    while (session.doc !== session.disk.doc && this.conflict === null) {
      const project = session.doc;
      const { disk } = session;
      const failedBefore = this.state === 'failed';
      this.state = 'saving';
      try {
        const { revision } = disk;
        const answer = await session.api.call('projects.save', { project, revision, by: session.windowId });
        // Another song may have been opened meanwhile.
        if (session.disk !== disk) continue;
        if (!answer.saved) {
          this.conflict = { other: answer.other };
          this.state = 'conflict';
          return;
        }
        session.disk = { doc: project, revision: answer.revision };
        this.state = 'saved';
      } catch (error) {
        this.state = 'failed';
        if (!failedBefore) this.onFailure(error);
        this.#later(RETRY_MS);
        return;
      }
    }
    if (this.conflict === null) this.state = 'saved';
  }
}
