import { STEPS_PER_BEAT } from '../../model/music/piece.ts';
import { drawVelocities, placeOf, shiftVelocities } from '../edit/piece-edit.ts';
import type { Studio } from '../session/studio.svelte.ts';
import { velocityAt } from './draw/stems.ts';
import { beatOf } from './time-axis.ts';

/** Drawing velocities with the pointer, freehand; with notes chosen, only theirs. Up and down keys shift them. */
export class VelocityGesture {
  readonly cursor = 'crosshair';
  readonly #studio: Studio;
  readonly #height: () => number;
  #last: { step: number; velocity: number } | null = null;
  #count = 0;

  constructor(studio: Studio, height: () => number) {
    this.#studio = studio;
    this.#height = height;
  }

  down(event: PointerEvent): void {
    const { session } = this.#studio;
    if (event.button !== 0 || !session.current || session.fixed) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.#count++;
    this.#last = this.#at(event);
    this.#draw(this.#last);
  }

  move(event: PointerEvent): void {
    if (this.#last) this.#draw(this.#at(event));
  }

  up(_event: PointerEvent): void {
    if (this.#last) this.#studio.reader.editSoon();
    this.#last = null;
  }

  key(event: KeyboardEvent): void {
    const { session, reader } = this.#studio;
    const by = { ArrowUp: 2, ArrowDown: -2 }[event.key];
    if (!by || !session.current || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.#count++;
    const chosen = session.notes.size > 0 ? session.notes : new Set(session.current.piece.notes.map(placeOf));
    session.editPiece('shift velocities', (piece) => shiftVelocities(piece, chosen, by).piece);
    reader.editSoon();
  }

  #at(event: PointerEvent): { step: number; velocity: number } {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const beat = beatOf(this.#studio.viewport.axis, event.clientX - box.left);
    return {
      step: Math.max(0, Math.round(beat * STEPS_PER_BEAT)),
      velocity: velocityAt(event.clientY - box.top, this.#height()),
    };
  }

  #draw(to: { step: number; velocity: number }): void {
    const from = this.#last ?? to;
    const [a, b] = from.step <= to.step ? [from, to] : [to, from];
    const span = Math.max(1, b.step - a.step);
    const line = (step: number): number => a.velocity + ((b.velocity - a.velocity) * (step - a.step)) / span;
    const { session } = this.#studio;
    const only = session.notes.size > 0 ? session.notes : undefined;
    session.editPiece(
      'draw velocities',
      (piece) => drawVelocities(piece, a.step, b.step, a.step === b.step ? () => to.velocity : line, only),
      `velocity ${this.#count}`,
    );
    this.#last = to;
  }
}
