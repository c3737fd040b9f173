import { tick } from 'svelte';
import type { Clip, Emotion, ProjectDocument, Reading, Section } from '../../contract/document.ts';
import { STEPS_PER_BEAT } from '../../model/music/piece.ts';
import { barAt } from '../edit/bars.ts';
import type { Player } from '../listen/player.svelte.ts';
import type { Generation } from '../session/generation.svelte.ts';
import type { Session } from '../session/session.svelte.ts';
import {
  addSection,
  arrangedPiece,
  arrangementOf,
  askedOfWhole,
  clipSection,
  emptySection,
  heardInWhole,
  type Placed,
  placedSections,
  removeSection,
  sectionStarts,
} from './arrangement.ts';
import { askForPart, type Growth, growthOf, sectionRenewal } from './growth.ts';

/** The song's form: what is chosen in it, and the music that is asked for in its places. */
export class Arranger {
  /** The section that the tools are for. */
  chosenId = $state<string | null>(null);
  readonly #session: Session;
  readonly #player: Player;
  readonly #generation: Generation;
  readonly arrangement = $derived.by(() => arrangementOf(this.#session.doc));
  readonly placed: readonly Placed[] = $derived.by(() =>
    placedSections(this.arrangement.sections, this.#session.clips),
  );
  readonly #joined = $derived.by(() => {
    try {
      return { piece: arrangedPiece(this.placed), problem: null };
    } catch (error) {
      return { piece: null, problem: error instanceof Error ? error.message : String(error) };
    }
  });
  readonly chosen: Placed | null = $derived(
    this.placed.find(({ section }) => section.id === this.chosenId) ?? null,
  );

  /** One emotion a bar. */
  readonly asked: readonly Emotion[] = $derived.by(() =>
    askedOfWhole(this.arrangement, this.placed, this.#session.doc.ask.emotion),
  );
  readonly heard: Reading | null = $derived.by(() => heardInWhole(this.placed, this.asked));

  constructor(session: Session, player: Player, generation: Generation) {
    this.#session = session;
    this.#player = player;
    this.#generation = generation;
  }

  get piece() {
    return this.#joined.piece;
  }

  /** Why the sections cannot be laid end to end; null where they can. */
  get problem(): string | null {
    return this.#joined.problem;
  }

  get bars(): number {
    return this.placed.reduce((sum, { bars }) => sum + bars, 0);
  }

  /** Puts a clip, or empty bars, behind the chosen section, or at the end. */
  add(clip: Clip | null): void {
    this.#change('add a section', (doc) => {
      const section = clip ? clipSection(doc, clip) : emptySection(doc);
      return [addSection(doc, section, this.chosen?.section.id), section.id];
    });
  }

  remove({ section }: Placed): void {
    const index = this.placed.findIndex((one) => one.section.id === section.id);
    const next = this.placed[index + 1] ?? this.placed[index - 1];
    this.#change('remove a section', (doc) => [removeSection(doc, section.id), next?.section.id ?? null]);
  }

  edit(
    label: string,
    change: (doc: ProjectDocument) => ProjectDocument,
    gesture: string | null = null,
  ): void {
    try {
      this.#session.change(label, change, gesture);
    } catch (error) {
      this.#session.notices.fail(error);
    }
  }

  /** The whole from the chosen section on, or from its start. */
  async hear(): Promise<void> {
    const player = this.#player;
    this.#session.showWhole();
    await tick();
    player.seek(this.#startOf(this.chosen) * STEPS_PER_BEAT);
    if (!player.playing) await player.play();
  }

  /** Shows a section: its clip, or where the whole is shown, its place there. */
  async open(placed: Placed): Promise<void> {
    this.chosenId = placed.section.id;
    if (!this.#session.showsWhole) return;
    await tick();
    this.#player.seek(this.#startOf(placed) * STEPS_PER_BEAT);
  }

  /** Writes the bars of a section, going on from what lies around it; or a variant on its chords. */
  async write({ section }: Placed, way: 'anew' | 'variant'): Promise<void> {
    const { doc, notices } = this.#session;
    if (!this.piece) {
      notices.fail(this.problem);
      return;
    }
    const { takes } = doc.ask;
    const renewal = sectionRenewal(this.placed, this.piece, section.id, this.asked, way);
    const last = this.placed.at(-1)?.section.id === section.id;
    if (renewal) await this.#generation.write(askForPart(doc.ask, takes, last), renewal);
    else
      notices.tell(
        'There is no music in the song yet that this section could go on from. Add a clip beside it first.',
      );
  }

  /** New bars before, in or behind the current clip, as takes of it. */
  async grow(growth: Growth): Promise<void> {
    const { doc, current } = this.#session;
    if (!current) return;
    const renewal = growthOf(current, growth, doc.ask);
    const ends = growth.ends && growth.at === current.piece.barBeats.length;
    await this.#generation.write(askForPart(doc.ask, growth.takes, ends), renewal);
  }

  /** The bar line of the current clip that is nearest to the playhead. */
  playheadBar(starts: readonly number[]): number {
    const beat = this.#player.position() / STEPS_PER_BEAT;
    const bar = barAt(starts, beat);
    const next = Math.min(starts.length - 1, bar + 1);
    return beat - starts[bar] > starts[next] - beat ? next : bar;
  }

  #startOf(placed: Placed | null): number {
    const index = placed ? this.placed.findIndex(({ section }) => section.id === placed.section.id) : 0;
    return sectionStarts(this.placed)[Math.max(0, index)] ?? 0;
  }

  #change(label: string, change: (doc: ProjectDocument) => [ProjectDocument, Section['id'] | null]): void {
    this.edit(label, (doc) => {
      const [next, chosen] = change(doc);
      this.chosenId = chosen;
      return next;
    });
  }
}
