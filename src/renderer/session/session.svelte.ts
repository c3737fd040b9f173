import type { Api, EngineState, Hello, Settings } from '../../contract/contract.ts';
import type { Ask, Clip, ProjectDocument } from '../../contract/document.ts';
import type { OpenProject, Revision } from '../../contract/project-calls.ts';
import { hearAgain } from '../../model/music/hear-again.ts';
import type { Piece } from '../../model/music/piece.ts';
import type { Places } from '../edit/piece-edit.ts';
import { Notices } from '../shared/notices.svelte.ts';
import { type Order, withClip } from './clips.ts';
import { amend, type History, mapHistory, push, redo, startHistory, undo } from './history.ts';
import { beginsToShow } from './opening.ts';

const NO_NOTES: Places = new Set();

/** The project that is open, its undo history, and what is selected in it. */
export class Session {
  readonly api: Api;
  readonly shell: Hello['shell'];
  readonly version: string;
  readonly notices = new Notices();
  /** Tells this window's changes of a song from those of others. */
  readonly windowId: string = crypto.randomUUID();
  /** The song as it lies on disk, as far as this window knows. */
  disk: { doc: ProjectDocument; revision: Revision };
  /** Saves what there is; false when that failed, so that the song has to stay open. Set by the autosave. */
  settle: () => Promise<boolean> = async () => true;
  settings = $state.raw() as Settings;
  engine = $state.raw() as EngineState;
  #history = $state.raw() as History<ProjectDocument>;
  readonly #formerIds = new Set<string>();
  /** Bars [from, to) chosen in the ruler. */
  bars = $state.raw<{ from: number; to: number } | null>(null);
  /** Notes chosen in the pitch lane. */
  notes = $state.raw<Places>(NO_NOTES);
  /** In which order the takes are listed. */
  order = $state<Order>('match');
  /** True while the music before the last change is shown and heard. */
  comparing = $state(false);
  /** Live music, shown in place of the clip. */
  streamed = $state.raw<Piece | null>(null);
  /** The song's sections end to end; null where there are none. */
  arranged = $state.raw<Piece | null>(null);
  /** The whole song is shown and heard in place of the clip. */
  showsWhole = $state(false);
  /** Imported clips whose beats are shown for correction. */
  reviewing = $state.raw<ReadonlySet<string>>(new Set());

  readonly doc: ProjectDocument = $derived(this.#history.present);
  /** The same list until a clip changes: what depends on it rests while the emotion is dragged. */
  readonly clips: readonly Clip[] = $derived(this.doc.clips);
  readonly current: Clip | null = $derived(
    this.doc.clips.find((clip) => clip.id === this.doc.currentId) ?? null,
  );
  /** What the lanes show and the piano plays. */
  readonly shown: Piece | null = $derived(
    this.streamed ??
      (this.showsWhole ? this.arranged : null) ??
      (this.current ? ((this.comparing ? this.current.before : undefined) ?? this.current.piece) : null),
  );
  /** What is shown is not the clip as it is, so it is not edited. */
  readonly fixed: boolean = $derived(
    this.comparing || this.streamed !== null || (this.showsWhole && this.arranged !== null),
  );
  readonly undoLabel: string | null = $derived(
    this.#history.past[this.#history.past.length - 1]?.label ?? null,
  );
  readonly redoLabel: string | null = $derived(
    this.#history.future[this.#history.future.length - 1]?.label ?? null,
  );

  constructor(api: Api, hello: Hello) {
    this.api = api;
    this.shell = hello.shell;
    this.version = hello.version;
    this.settings = hello.settings;
    this.engine = hello.engine;
    this.#history = startHistory(hello.project);
    this.disk = { doc: hello.project, revision: hello.revision };
    api.on('engine.state', (state) => {
      this.engine = state;
    });
    api.on('notice', ({ text }) => this.notices.tell(text));
    if (hello.notice) this.notices.tell(hello.notice);
  }

  /** A step that undo takes back; steps of one gesture are one. */
  change(
    label: string,
    change: (doc: ProjectDocument) => ProjectDocument,
    gesture: string | null = null,
  ): void {
    this.#history = push(this.#history, change(this.doc), label, gesture);
  }

  /** A change beside the history: names of readings, the view, what the machine found out. */
  amend(change: (doc: ProjectDocument) => ProjectDocument): void {
    this.#history = amend(this.#history, change(this.doc));
  }

  undo(): void {
    this.#history = undo(this.#history);
    this.#leaveSelection();
  }

  redo(): void {
    this.#history = redo(this.#history);
    this.#leaveSelection();
  }

  /** Opens another song; its history starts anew. */
  replace({ project, revision }: OpenProject): void {
    beginsToShow(project.id);
    this.disk = { doc: project, revision };
    this.#formerIds.clear();
    this.#history = startHistory(project);
    this.showsWhole = false;
    this.leaveChoice();
  }

  /** Takes over what another window saved, as a step that undo takes back. */
  follow({ project, revision }: OpenProject): void {
    const { currentId, view } = this.doc;
    const shown = project.clips.some((clip) => clip.id === currentId);
    const doc = shown ? { ...project, currentId, view } : project;
    this.disk = { doc, revision };
    this.change('the change in another window', () => doc, 'another window');
    this.leaveChoice();
  }

  /** True for this song's id, also for one that it had before it became a copy. */
  owns(projectId: string): boolean {
    return projectId === this.doc.id || this.#formerIds.has(projectId);
  }

  /** Goes on under another id, with its history: a copy that no other window knows. */
  becomeCopy(id: string, name: string): void {
    this.#formerIds.add(this.doc.id);
    this.#history = mapHistory(this.#history, (doc) => ({ ...doc, id, name }));
    this.disk = { doc: this.disk.doc, revision: null };
  }

  select(id: string): void {
    this.showClip();
    if (id === this.doc.currentId) return;
    this.amend((doc) => ({ ...doc, currentId: id, view: { ...doc.view, bar: 0 } }));
    this.leaveChoice();
  }

  /** Another clip in place of the current one, at the same place: the chosen bars stay chosen. */
  show(id: string): void {
    this.amend((doc) => ({ ...doc, currentId: id }));
    this.#leaveSelection();
  }

  /** The whole song in the lanes and at the piano, from now on. */
  showWhole(): void {
    if (this.showsWhole || !this.arranged) return;
    this.showsWhole = true;
    this.leaveChoice();
  }

  /** The clip again. */
  showClip(): void {
    if (!this.showsWhole) return;
    this.showsWhole = false;
    this.leaveChoice();
  }

  review(clipId: string, shown: boolean): void {
    const reviewing = new Set(this.reviewing);
    if (shown) reviewing.add(clipId);
    else reviewing.delete(clipId);
    this.reviewing = reviewing;
  }

  changeAsk(label: string, part: Partial<Ask>, gesture: string | null = null): void {
    this.change(label, (doc) => ({ ...doc, ask: { ...doc.ask, ...part } }), gesture);
  }

  /** An edit by hand of the current clip's notes, whose chords and key are heard again. What was mixed before is baked in. */
  editPiece(label: string, edit: (piece: Piece) => Piece, gesture: string | null = null): void {
    const clip = this.current;
    if (!clip || this.fixed) return;
    this.change(
      label,
      (doc) =>
        withClip(doc, clip.id, (old) => {
          const piece = edit(old.piece);
          return piece === old.piece ? old : { ...old, piece: hearAgain(old.piece, piece), mix: {} };
        }),
      gesture,
    );
  }

  async changeSettings(part: Partial<Settings>): Promise<void> {
    this.settings = { ...this.settings, ...part };
    try {
      this.settings = await this.api.call('settings.change', part);
    } catch (error) {
      this.notices.fail(error);
    }
  }

  /** No bars, no notes chosen: for music that is another from now on. */
  leaveChoice(): void {
    this.bars = null;
    this.#leaveSelection();
  }

  #leaveSelection(): void {
    this.notes = NO_NOTES;
    this.comparing = false;
  }
}
