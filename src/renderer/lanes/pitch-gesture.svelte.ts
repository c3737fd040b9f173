import { type PieceNote, STEPS_PER_BEAT } from '../../model/music/piece.ts';
import { addNote, moveNotes, type Places, placeOf, removeNotes, resizeNotes } from '../edit/piece-edit.ts';
import type { Studio } from '../session/studio.svelte.ts';
import { type PitchAxis, pitchAt, pitchAxisFor, rowHeight, yOf } from './pitch-axis.ts';
import { beatOf, xOf } from './time-axis.ts';

const EDGE = 5;
const NEW_NOTE_STEPS = 2;
const NEW_NOTE_VELOCITY = 72;

type Mode =
  | { kind: 'move' | 'resize'; x: number; y: number; steps: number; semitones: number }
  | { kind: 'frame'; x: number; y: number; keep: Places };

/** Choosing, moving, resizing, drawing and deleting notes in the pitch lane, by pointer and by keys. */
export class PitchGesture {
  cursor = $state('default');
  frame = $state.raw<{ x: number; y: number; width: number; height: number } | null>(null);
  readonly #studio: Studio;
  readonly #height: () => number;
  #mode: Mode | null = null;
  /** Rows stay put during a drag, so that a note taken to the edge does not run away. */
  #rows: PitchAxis | null = null;
  #count = 0;

  constructor(studio: Studio, height: () => number) {
    this.#studio = studio;
    this.#height = height;
  }

  down(event: PointerEvent): void {
    const { session } = this.#studio;
    if (event.button !== 0 || !session.current || session.fixed) return;
    const { x, y } = place(event);
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.#rows = this.#axis();
    this.#count++;
    const hit = this.#noteAt(x, y);
    if (!hit) {
      const keep = event.shiftKey ? session.notes : new Set<string>();
      session.notes = keep;
      this.#mode = { kind: 'frame', x, y, keep };
      return;
    }
    const id = placeOf(hit.note);
    if (event.shiftKey) {
      const notes = new Set(session.notes);
      if (!notes.delete(id)) notes.add(id);
      session.notes = notes;
    } else if (!session.notes.has(id)) {
      session.notes = new Set([id]);
    }
    this.#studio.player.audition(hit.note.pitch, hit.note.velocity);
    this.#mode = { kind: hit.edge ? 'resize' : 'move', x, y, steps: 0, semitones: 0 };
  }

  move(event: PointerEvent): void {
    const { x, y } = place(event);
    const mode = this.#mode;
    if (!mode) {
      const hit = this.#noteAt(x, y);
      this.cursor = hit ? (hit.edge ? 'ew-resize' : 'grab') : 'crosshair';
    } else if (mode.kind === 'frame') {
      this.#stretchFrame(mode, x, y);
    } else {
      this.#drag(mode, x, y);
    }
  }

  up(_event: PointerEvent): void {
    const mode = this.#mode;
    this.#mode = null;
    this.#rows = null;
    this.frame = null;
    if (mode && mode.kind !== 'frame' && (mode.steps !== 0 || mode.semitones !== 0))
      this.#studio.reader.editSoon();
  }

  /** Double click: a new note, or on a note its end. */
  add(event: MouseEvent): void {
    const { session, viewport, player, reader } = this.#studio;
    if (!session.current || session.fixed) return;
    const { x, y } = place(event);
    const hit = this.#noteAt(x, y);
    if (hit) {
      this.remove();
      return;
    }
    const note: PieceNote = {
      step: Math.max(0, Math.floor(beatOf(viewport.axis, x) * STEPS_PER_BEAT)),
      pitch: pitchAt(this.#axis(), y),
      duration: NEW_NOTE_STEPS,
      velocity: NEW_NOTE_VELOCITY,
    };
    if (note.step >= viewport.totalBeats * STEPS_PER_BEAT) return;
    session.editPiece('draw a note', (piece) => addNote(piece, note));
    session.notes = new Set([placeOf(note)]);
    player.audition(note.pitch, note.velocity);
    reader.editSoon();
  }

  remove(): void {
    const { session, reader } = this.#studio;
    if (session.notes.size === 0) return;
    const chosen = session.notes;
    session.editPiece('delete notes', (piece) => removeNotes(piece, chosen));
    session.notes = new Set();
    reader.editSoon();
  }

  key(event: KeyboardEvent): void {
    const { session, player } = this.#studio;
    const piece = session.current?.piece;
    if (!piece || event.ctrlKey || event.metaKey) return;
    const arrow = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (event.key === 'Delete' || event.key === 'Backspace') this.remove();
    else if (event.key === 'a' && session.notes.size === 0) session.notes = new Set(piece.notes.map(placeOf));
    else if (arrow && (event.shiftKey || arrow[1] !== 0) && session.notes.size > 0) {
      this.#count++;
      this.#apply('move notes', (now, notes) => moveNotes(now, notes, arrow[0], arrow[1]));
      this.#studio.reader.editSoon();
    } else if (arrow && arrow[0] !== 0) {
      const at = piece.notes.findIndex((note) => session.notes.has(placeOf(note)));
      const next = piece.notes[at < 0 ? 0 : Math.min(piece.notes.length - 1, Math.max(0, at + arrow[0]))];
      if (next) {
        session.notes = new Set([placeOf(next)]);
        this.#studio.viewport.follow(next.step / STEPS_PER_BEAT);
        player.audition(next.pitch, next.velocity);
      }
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #axis(): PitchAxis {
    return this.#rows ?? pitchAxisFor(this.#studio.session.shown?.notes ?? [], this.#height() - 7);
  }

  #noteAt(x: number, y: number): { note: PieceNote; edge: boolean } | null {
    const { session, viewport } = this.#studio;
    const rows = this.#axis();
    const pitch = pitchAt(rows, y);
    for (const note of session.shown?.notes ?? []) {
      if (note.pitch !== pitch) continue;
      const left = xOf(viewport.axis, note.step / STEPS_PER_BEAT);
      const right = left + Math.max(4, (note.duration / STEPS_PER_BEAT) * viewport.axis.scale);
      if (x >= left - 1 && x <= right + 1) return { note, edge: x > right - EDGE && right - left > 2 * EDGE };
    }
    return null;
  }

  #drag(mode: Extract<Mode, { steps: number }>, x: number, y: number): void {
    const { viewport } = this.#studio;
    const steps = Math.round(((x - mode.x) / viewport.axis.scale) * STEPS_PER_BEAT);
    const semitones = mode.kind === 'move' ? Math.round((mode.y - y) / rowHeight(this.#axis())) : 0;
    const [dx, dy] = [steps - mode.steps, semitones - mode.semitones];
    if (dx === 0 && dy === 0) return;
    if (mode.kind === 'move') this.#apply('move notes', (piece, notes) => moveNotes(piece, notes, dx, dy));
    else this.#apply('resize notes', (piece, notes) => resizeNotes(piece, notes, dx));
    mode.steps = steps;
    mode.semitones = semitones;
  }

  #apply(
    label: string,
    edit: (piece: Parameters<typeof moveNotes>[0], notes: Places) => ReturnType<typeof moveNotes>,
  ): void {
    const { session } = this.#studio;
    const chosen = session.notes;
    let places = chosen;
    session.editPiece(
      label,
      (piece) => {
        const result = edit(piece, chosen);
        places = result.places;
        return result.piece;
      },
      `pitch ${this.#count}`,
    );
    session.notes = places;
  }

  #stretchFrame(mode: Extract<Mode, { kind: 'frame' }>, x: number, y: number): void {
    const { session, viewport } = this.#studio;
    const frame = {
      x: Math.min(x, mode.x),
      y: Math.min(y, mode.y),
      width: Math.abs(x - mode.x),
      height: Math.abs(y - mode.y),
    };
    this.frame = frame;
    const rows = this.#axis();
    const notes = new Set(mode.keep);
    for (const note of session.shown?.notes ?? []) {
      const left = xOf(viewport.axis, note.step / STEPS_PER_BEAT);
      const right = left + (note.duration / STEPS_PER_BEAT) * viewport.axis.scale;
      const top = yOf(rows, note.pitch);
      const inside =
        right >= frame.x &&
        left <= frame.x + frame.width &&
        top + rowHeight(rows) >= frame.y &&
        top <= frame.y + frame.height;
      if (inside) notes.add(placeOf(note));
    }
    session.notes = notes;
  }
}

function place(event: MouseEvent): { x: number; y: number } {
  const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}
