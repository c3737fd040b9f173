import { append } from '../../model/lists.ts';
import { type Piece, type PieceNote, STEPS_PER_BEAT } from '../../model/music/piece.ts';
import type { Element } from '../../model/tokens/vocabulary.ts';

/** What was written anew, and where. */
export interface Renewal {
  readonly renew: ReadonlySet<Element>;
  readonly fromBar: number;
  readonly toBar: number;
}

/** Elements without which notes keep their place, so that they can be paired with what was there. */
const PLACING: readonly Element[] = ['type', 'barBeat', 'pitch'];

/**
 * Words are coarser than a piece: velocities in threes, timing rounded or none, no pedal. So that what is kept stays exactly as it
 * was, music outside the renewed bars is taken from the original, and inside them the exact values of kept elements.
 */
export function keepOriginal(original: Piece, written: Piece, { renew, fromBar, toBar }: Renewal): Piece {
  const startBeat = beatOfBar(original, fromBar);
  const endBeat = beatOfBar(original, toBar);
  const beats = beatOfBar(original, original.barBeats.length);
  const inside = (step: number): boolean =>
    step >= startBeat * STEPS_PER_BEAT && step < endBeat * STEPS_PER_BEAT;
  const rhythmKept = !renew.has('type') && !renew.has('barBeat');

  const partners = rhythmKept ? partnersOf(original.notes, written.notes) : new Map<PieceNote, PieceNote>();
  const renewed = written.notes
    .filter((note) => inside(note.step))
    .map((note) => {
      const was = partners.get(note);
      if (!was) return note;
      const { length, again, ...place } = was;
      const isHeld = !renew.has('duration');
      return {
        ...place,
        ...lengthOf(isHeld ? { length } : note),
        ...(isHeld && again ? { again } : {}),
        pitch: renew.has('pitch') ? note.pitch : was.pitch,
        duration: renew.has('duration') ? note.duration : was.duration,
        velocity: renew.has('velocity') ? note.velocity : was.velocity,
      };
    });
  const untouched =
    PLACING.every((element) => !renew.has(element)) && !renew.has('duration') && !renew.has('velocity');
  const kept = original.notes.filter((note) => untouched || !inside(note.step));
  const notes: PieceNote[] = untouched ? [...kept] : [...kept, ...renewed];
  notes.sort((a, b) => a.step - b.step || a.pitch - b.pitch);
  return {
    ...original,
    notes,
    tempos: renew.has('tempo')
      ? splice(original.tempos, written.tempos, startBeat, endBeat, beats)
      : original.tempos,
    ...(original.pace && {
      pace: renew.has('tempo')
        ? splice(original.pace, written.tempos, startBeat, endBeat, beats)
        : original.pace,
    }),
    chords: renew.has('chord')
      ? splice(original.chords, written.chords, startBeat, endBeat, beats)
      : original.chords,
  };
}

const lengthOf = ({ length }: Pick<PieceNote, 'length'>) => (length === undefined ? {} : { length });

/**
 * For a written note the one that it was: of the same rank at its step, where there are as many notes as there were; else of
 * the same pitch, if there is one.
 */
function partnersOf(
  original: readonly PieceNote[],
  written: readonly PieceNote[],
): ReadonlyMap<PieceNote, PieceNote> {
  const partners = new Map<PieceNote, PieceNote>();
  const before = byStep(original);
  for (const [step, notes] of byStep(written)) {
    const were = before.get(step) ?? [];
    for (const [rank, note] of notes.entries()) {
      const was = were.length === notes.length ? were[rank] : were.find(({ pitch }) => pitch === note.pitch);
      if (was) partners.set(note, was);
    }
  }
  return partners;
}

/** Notes of each step, lowest first. */
function byStep(notes: readonly PieceNote[]): Map<number, PieceNote[]> {
  const steps = new Map<number, PieceNote[]>();
  for (const note of notes) steps.set(note.step, [...(steps.get(note.step) ?? []), note]);
  for (const list of steps.values()) list.sort((a, b) => a.pitch - b.pitch);
  return steps;
}

function beatOfBar(piece: Piece, bar: number): number {
  return piece.barBeats.slice(0, bar).reduce((sum, beats) => sum + beats, 0);
}

/** Changes of `inner` within [from, to), of `outer` elsewhere; what is in force at both edges is said again, unless the music ends there. */
function splice<T extends { readonly beat: number }>(
  outer: readonly T[],
  inner: readonly T[],
  from: number,
  to: number,
  end: number,
): T[] {
  const at = (list: readonly T[], beat: number): T | undefined =>
    list.findLast((change) => change.beat <= beat);
  const result = outer.filter((change) => change.beat < from);
  const first = at(inner, from);
  if (first) result.push({ ...first, beat: from });
  append(
    result,
    inner.filter((change) => change.beat > from && change.beat < to),
  );
  const next = to < end ? at(outer, to) : undefined;
  if (next && !outer.some((change) => change.beat === to)) result.push({ ...next, beat: to });
  append(
    result,
    outer.filter((change) => change.beat >= to),
  );
  return result;
}
