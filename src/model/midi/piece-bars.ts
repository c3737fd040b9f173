import { type Piece, STEPS_PER_BEAT } from '../music/piece.ts';
import { voicesOf } from '../music/voices.ts';
import type { Bar, BarEmotion, BarMessage, BarNote, BarPedal } from './bar.ts';

/** A point of an emotion path over a piece. */
export interface PathPoint {
  /** Beats from the start of the piece. */
  readonly beat: number;
  readonly valence: number;
  readonly arousal: number;
}

/** Of a stroke that a file gives no length; the clock's slowest and fastest. */
const SHORTEST_BEATS = 1e-3;
const SLOWEST_BPM = 1;
const FASTEST_BPM = 999;

interface Draft {
  readonly start: number;
  readonly beats: number;
  readonly notes: BarNote[];
  readonly pedal: BarPedal[];
  readonly tempos: { beat: number; bpm: number }[];
  readonly emotion: BarEmotion[];
  readonly messages: BarMessage[];
}

/** A piece as bars to be played; played offsets of notes are kept, `path` becomes the emotion of the bars. */
export function pieceToBars(piece: Piece, path: readonly PathPoint[] = []): Bar[] {
  // Bars are in quarters; the beats of a piece may be eighths.
  const quarters = 4 / (piece.beatValue ?? 4);
  const perStep = quarters / STEPS_PER_BEAT;
  const drafts = draftBars(piece.barBeats.map((beats) => beats * quarters));
  const at = (beat: number): Draft => barAt(drafts, beat);
  const voices = voicesOf(piece.notes);
  for (const [i, { step, pitch, duration, ...note }] of piece.notes.entries()) {
    const { offset = 0, length = duration, velocity, again = [] } = note;
    for (const stroke of [{ offset, length, velocity }, ...again]) {
      const beat = Math.max(0, (step + stroke.offset) * perStep);
      const bar = at(beat);
      const held = Math.max(SHORTEST_BEATS, stroke.length * perStep);
      const { velocity: force } = stroke;
      bar.notes.push({ beat: beat - bar.start, length: held, pitch, velocity: force, voice: voices[i] });
    }
  }
  for (const { startStep, endStep } of piece.pedal ?? []) {
    place(drafts, startStep * perStep, true);
    place(drafts, endStep * perStep, false);
  }
  if (piece.pedal?.length) for (const [i, bar] of drafts.entries()) restate(bar, drafts[i - 1]);
  for (const tempo of piece.tempos) {
    const beat = tempo.beat * quarters;
    const bpm = Math.max(SLOWEST_BPM, Math.min(FASTEST_BPM, tempo.bpm * quarters));
    at(beat).tempos.push({ beat: beat - at(beat).start, bpm });
  }
  for (const point of path) {
    const beat = point.beat * quarters;
    at(beat).emotion.push({ ...point, beat: beat - at(beat).start });
  }
  return finish(drafts);
}

/** Empty bars one after the other. */
export function draftBars(barBeats: readonly number[]): Draft[] {
  let start = 0;
  return barBeats.map((beats) => {
    const bar = { start, beats, notes: [], pedal: [], tempos: [], emotion: [], messages: [] };
    start += beats;
    return bar;
  });
}

/** The bar in which this beat lies; the last one for what lies behind the end. */
export function barAt(drafts: readonly Draft[], beat: number): Draft {
  let low = 0;
  let high = drafts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (drafts[middle].start <= beat) low = middle;
    else high = middle - 1;
  }
  return drafts[low];
}

/** Puts a pedal change where it belongs; one behind the end happens at the end. */
export function place(drafts: readonly Draft[], beat: number, down: boolean): void {
  const bar = barAt(drafts, beat);
  bar.pedal.push({ beat: Math.min(beat - bar.start, bar.beats), down });
}

/** Says at the bar line how the pedal stands, so that a bar that is jumped to, or repeated, sounds as it does in its place. */
function restate(bar: Draft, before: Draft | undefined): void {
  const isSaid = bar.pedal.some(({ beat }) => beat === 0);
  const last = before && latest(before.pedal);
  if (!isSaid) bar.pedal.push({ beat: 0, down: last?.down ?? false });
}

/** Of several at one beat the press comes last. */
const latest = (pedal: readonly BarPedal[]): BarPedal | undefined =>
  [...pedal].sort((a, b) => b.beat - a.beat || Number(b.down) - Number(a.down))[0];

/** Sorts what was put into the bars and leaves out what is empty. */
export function finish(drafts: readonly Draft[]): Bar[] {
  const byBeat = (a: { beat: number }, b: { beat: number }) => a.beat - b.beat;
  return drafts.map(({ beats, notes, pedal, tempos, emotion, messages }) => ({
    beats,
    notes: notes.filter((note) => note.beat < beats).sort((a, b) => a.beat - b.beat || a.pitch - b.pitch),
    // Up before down at the same beat: a change of pedal.
    ...(pedal.length > 0 && {
      pedal: pedal.sort((a, b) => a.beat - b.beat || Number(a.down) - Number(b.down)),
    }),
    ...(tempos.length > 0 && { tempos: tempos.sort(byBeat) }),
    ...(emotion.length > 0 && { emotion: emotion.sort(byBeat) }),
    ...(messages.length > 0 && { messages: messages.sort(byBeat) }),
  }));
}
