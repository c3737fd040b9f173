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
 * Words are coarser than a piece: velocities in threes, no micro-timing, no pedal. So that what is kept stays exactly as it
 * was, music outside the renewed bars is taken from the original, and inside them the exact values of kept elements.
 */
export function keepOriginal(original: Piece, written: Piece, { renew, fromBar, toBar }: Renewal): Piece {
  const startBeat = beatOfBar(original, fromBar);
  const endBeat = beatOfBar(original, toBar);
  const inside = (step: number): boolean =>
    step >= startBeat * STEPS_PER_BEAT && step < endBeat * STEPS_PER_BEAT;
  const before = new Map(original.notes.map((note) => [`${note.step}:${note.pitch}`, note]));
  const rhythmKept = !renew.has('type') && !renew.has('barBeat');

  const renewed = written.notes
    .filter((note) => inside(note.step))
    .map((note) => {
      const was = before.get(`${note.step}:${note.pitch}`);
      if (!was || !rhythmKept) return note;
      return {
        ...was,
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
      ? splice(original.tempos, written.tempos, startBeat, endBeat)
      : original.tempos,
    chords: renew.has('chord')
      ? splice(original.chords, written.chords, startBeat, endBeat)
      : original.chords,
  };
}

function beatOfBar(piece: Piece, bar: number): number {
  return piece.barBeats.slice(0, bar).reduce((sum, beats) => sum + beats, 0);
}

/** Changes of `inner` within [from, to), of `outer` elsewhere; what is in force at both edges is said again. */
function splice<T extends { readonly beat: number }>(
  outer: readonly T[],
  inner: readonly T[],
  from: number,
  to: number,
): T[] {
  const at = (list: readonly T[], beat: number): T | undefined =>
    list.findLast((change) => change.beat <= beat);
  const result = outer.filter((change) => change.beat < from);
  const first = at(inner, from);
  if (first) result.push({ ...first, beat: from });
  result.push(...inner.filter((change) => change.beat > from && change.beat < to));
  const next = at(outer, to);
  if (next && !outer.some((change) => change.beat === to)) result.push({ ...next, beat: to });
  result.push(...outer.filter((change) => change.beat >= to));
  return result;
}
