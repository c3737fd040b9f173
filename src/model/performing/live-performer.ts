import { STEPS_PER_BEAT } from '../music/piece.ts';
import type { WrittenBar } from '../tokens/read-bar.ts';
import type { PerformerNetwork } from './network.ts';
import { PedalLine, type PedalStep } from './pedal-steps.ts';
import type { Touch } from './perform-piece.ts';
import { Performance } from './performance.ts';
import type { PlayedEmotion } from './step-reader.ts';

/** A bar that was played, and how things stood before it. */
interface Played {
  readonly performance: Performance;
  readonly line: PedalLine;
  readonly foot: readonly PedalStep[];
  readonly bar: WrittenBar;
}

export interface LiveTouch extends Touch {
  readonly seed: number;
  /** How many of the bars last played may be played anew. */
  readonly remembers: number;
}

/**
 * Plays music that is written bar by bar: nothing falls before the bar that it belongs to. A bar that is written anew is
 * played anew, from the beat on from which it differs; what was played after it is forgotten.
 */
export class LivePerformer {
  readonly #touch: LiveTouch;
  #performance: Performance;
  #line = new PedalLine();
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
    const done = before?.foot.slice(0, fromBeat * STEPS_PER_BEAT) ?? [];
    const start = { performance: performance.clone(), line: line.clone() };
    const { offsets, foot } = performance.play(bar, emotion, done);
    for (const [i, step] of foot.entries()) line.add(i, step, 0);
    const moves = line.take(bar.beats * STEPS_PER_BEAT);
    const notes = bar.notes.map((note, i) => {
      const kept = note.step < fromBeat * STEPS_PER_BEAT && before;
      const was = kept
        ? before.bar.notes.find((n) => n.step === note.step && n.pitch === note.pitch)
        : undefined;
      return { ...note, offset: was ? (was.offset ?? 0) : this.#touch.timing * offsets[i] };
    });
    const pedal = moves.map(({ step, down }) => ({ beat: step / STEPS_PER_BEAT, down }));
    const played = { ...bar, notes, ...(this.#touch.pedal ? { pedal } : {}) };
    this.#played.set(index, { ...start, foot, bar: played });
    this.#performance = performance;
    this.#line = line;
    return played;
  }
}
