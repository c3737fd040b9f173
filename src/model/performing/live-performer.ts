import { STEPS_PER_BEAT } from '../music/piece.ts';
import type { WrittenBar, WrittenNote } from '../tokens/read-bar.ts';
import type { PerformerNetwork } from './network.ts';
import { PedalLine, type PedalStep } from './pedal-steps.ts';
import { Performance } from './performance.ts';
import type { PlayedEmotion } from './step-reader.ts';
import type { Touch } from './touch.ts';

/** A bar that was played, and how things stood before it. */
interface Played {
  readonly performance: Performance;
  readonly line: PedalLine;
  readonly actions: readonly PedalStep[];
  readonly bar: WrittenBar;
  /** The pedal, at its bar line. */
  readonly isDown: boolean;
}

export interface LiveTouch extends Touch {
  readonly seed: number;
  /** How many of the bars last played may be played anew. */
  readonly remembers: number;
  /** The notes say themselves how they are played beside the grid: `timing` scales that, and only the pedal is added. */
  readonly isTimed?: boolean;
}

/**
 * Plays music that is written bar by bar: nothing falls before the bar that it belongs to. A bar that is written anew is
 * played anew, from the beat on from which it differs; what was played after it is forgotten.
 */
export class LivePerformer {
  readonly #touch: LiveTouch;
  #performance: Performance;
  #line = new PedalLine();
  #isDown = false;
  readonly #played = new Map<number, Played>();

  constructor(network: PerformerNetwork, touch: LiveTouch) {
    this.#touch = touch;
    this.#performance = new Performance(network, touch.seed);
  }

  /** Bar `index` with offsets and pedal; its beats before `fromBeat` are played as they were. */
  play(index: number, bar: WrittenBar, emotion: PlayedEmotion, fromBeat = 0): WrittenBar {
    const before = this.#played.get(index);
    const performance = (before?.performance ?? this.#performance).clone();
    const line = (before?.line ?? this.#line).clone();
    for (const later of [...this.#played.keys()])
      if (later >= index || later <= index - this.#touch.remembers) this.#played.delete(later);
    const isDown = before?.isDown ?? this.#isDown;
    const done = before?.actions.slice(0, fromBeat * STEPS_PER_BEAT) ?? [];
    const start = { performance: performance.clone(), line: line.clone() };
    const { offsets, actions } = performance.play(bar, emotion, done);
    for (const [i, step] of actions.entries()) line.add(i, step, 0);
    const moves = line.take(bar.beats * STEPS_PER_BEAT);
    const was = new Map(before?.bar.notes.map((note) => [`${note.step}:${note.pitch}`, note.offset]));
    const notes = bar.notes.map((note, i) => {
      const isKept = note.step < fromBeat * STEPS_PER_BEAT;
      const offset = (isKept && was.get(`${note.step}:${note.pitch}`)) || this.#offset(note, offsets[i]);
      const { offset: _, ...onGrid } = note;
      return offset === 0 ? onGrid : { ...onGrid, offset: Math.round(offset * 1000) / 1000 };
    });
    const pedal = moves.map(({ step, down }) => ({ beat: step / STEPS_PER_BEAT, down }));
    // A bar that is repeated, or jumped to, says how the pedal stands.
    if (pedal[0]?.beat !== 0) pedal.unshift({ beat: 0, down: isDown });
    const played = { ...bar, notes, ...(this.#touch.pedal ? { pedal } : {}) };
    this.#played.set(index, { ...start, actions, bar: played, isDown });
    this.#isDown = pedal[pedal.length - 1].down;
    this.#performance = performance;
    this.#line = line;
    return played;
  }

  #offset(note: WrittenNote, guessed: number): number {
    const { timing, isTimed } = this.#touch;
    return timing * (isTimed ? (note.offset ?? 0) : guessed);
  }
}
