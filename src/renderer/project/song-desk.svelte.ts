import type {
  DeletedProject,
  OpenProject,
  ProjectChange,
  ProjectEntry,
} from '../../contract/project-calls.ts';
import type { Autosave } from '../session/autosave.svelte.ts';
import { exportProject } from '../session/files.ts';
import type { Session } from '../session/session.svelte.ts';

/** The songs on this computer: opening, renaming, deleting and bringing back; and what other windows do to this one's. */
export class SongDesk {
  songs = $state.raw<readonly ProjectEntry[]>([]);
  deleted = $state.raw<readonly DeletedProject[]>([]);
  /** Called when another song was opened. */
  onOpened: () => void = () => {};
  readonly #session: Session;
  readonly #autosave: Autosave;

  constructor(session: Session, autosave: Autosave) {
    this.#session = session;
    this.#autosave = autosave;
    autosave.onFailure = (error) =>
      session.notices.fail(error, { label: 'Save a copy …', run: () => exportProject(session) });
    session.api.on('project.changed', (change) => void this.#heard(change));
  }

  async refresh(): Promise<void> {
    await this.#trying(async (api) => {
      this.songs = await api.call('projects.list', {});
      this.deleted = await api.call('projects.deleted', {});
    });
  }

  open(id: string): Promise<boolean> {
    return this.#leaveFor((api) => api.call('projects.open', { id }));
  }

  startNew(): Promise<boolean> {
    return this.#leaveFor((api) => api.call('projects.create', {}));
  }

  /** The open song as an edit, so that undo takes it back; another one in its file. */
  async rename(id: string, name: string): Promise<void> {
    const session = this.#session;
    const trimmed = name.trim().slice(0, 120);
    const old = id === session.doc.id ? session.doc.name : this.songs.find((song) => song.id === id)?.name;
    if (!trimmed || trimmed === old) return;
    if (id === session.doc.id) {
      session.change('rename the song', (doc) => ({ ...doc, name: trimmed }));
      await this.#autosave.flush();
    } else {
      await this.#trying((api) => api.call('projects.rename', { id, name: trimmed, by: session.windowId }));
    }
    await this.refresh();
  }

  /** Moves a song to the deleted ones. The open one makes room for the last saved of the others. */
  async remove({ id, name }: Pick<ProjectEntry, 'id' | 'name'>): Promise<void> {
    const session = this.#session;
    if (id === session.doc.id) {
      const next = this.songs.find((song) => song.id !== id && song.trouble === null);
      if (!(await (next ? this.open(next.id) : this.startNew()))) return;
    }
    const done = await this.#trying((api) => api.call('projects.remove', { id, by: session.windowId }));
    await this.refresh();
    if (!done) return;
    session.notices.tell(`“${name}” is with the deleted songs now, and kept there for 30 days.`, {
      label: 'Undo',
      run: () => void this.restore(id),
    });
  }

  async restore(id: string): Promise<void> {
    await this.#trying(async (api) => {
      const { name } = await api.call('projects.restore', { id });
      this.#session.notices.tell(`“${name}” is back among your songs.`);
    });
    await this.refresh();
  }

  async purge(id: string): Promise<void> {
    await this.#trying((api) => api.call('projects.purge', { id }));
    await this.refresh();
  }

  /** Two windows have one song: this window's goes on beside the other, under another name. */
  async keepMine(): Promise<void> {
    const { doc } = this.#session;
    const taken = this.#autosave.conflict?.other;
    const name = taken ? `${doc.name.slice(0, 112)} (copy)` : doc.name;
    this.#session.becomeCopy(crypto.randomUUID(), name);
    this.#autosave.conflict = null;
    await this.#autosave.flush();
    this.#session.notices.tell(`This window goes on with “${name}”.`);
  }

  /** Two windows have one song: the other's is shown; undo brings this window's back. */
  async takeOther(): Promise<void> {
    await this.#trying(async (api) => {
      this.#session.follow(await api.call('projects.open', { id: this.#session.doc.id }));
      this.#session.notices.tell('This is the song as the other window saved it. Undo brings yours back.');
    });
  }

  /** The song was deleted elsewhere, and this window lets it go too. */
  async letGo(): Promise<void> {
    await this.#trying(async (api) => this.#session.replace(await api.call('projects.create', {})));
  }

  async #heard({ id, revision, by }: ProjectChange): Promise<void> {
    const session = this.#session;
    const { doc, disk } = session;
    if (by === session.windowId || id !== doc.id || revision === disk.revision) return;
    if (revision === null) {
      session.notices.tell('This song was moved to the deleted songs in another window.', {
        label: 'Bring it back',
        run: () => void this.restore(id),
      });
    } else if (doc !== disk.doc) {
      // Refused by the host, and then asked about.
      await this.#autosave.flush();
    } else {
      await this.#trying(async (api) => {
        const opened = await api.call('projects.open', { id });
        if (session.doc === doc) session.follow(opened);
      });
    }
  }

  async #leaveFor(load: (api: Session['api']) => Promise<OpenProject>): Promise<boolean> {
    if (!(await this.#session.settle())) return false;
    return this.#trying(async (api) => {
      this.#session.replace(await load(api));
      this.onOpened();
    });
  }

  async #trying(act: (api: Session['api']) => Promise<unknown>): Promise<boolean> {
    try {
      await act(this.#session.api);
      return true;
    } catch (error) {
      this.#session.notices.fail(error);
      return false;
    }
  }
}
