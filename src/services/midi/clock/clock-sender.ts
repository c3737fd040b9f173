import { CONTINUE, type Message, START, STOP, songPosition, TICK, TICKS_PER_BEAT } from '../message.ts';
import type { BeatEvent } from '../transport/expand.ts';

/** Receivers need a moment between Song Position and Continue, and between Start and the first clock. */
export const LOCATE_MS = 20;

/** Leads other devices: clock along our beats, and the transport messages around it, the way Logic sends them. */
export class ClockSender {
  /** Number of the next tick to send. */
  #next = 0;

  /** The first sixteenth at or after `beat`: where a receiver can start, as Song Position knows only sixteenths. */
  static startBeat(beat: number): number {
    return Math.ceil(beat * 4 - 1e-6) / 4;
  }

  /** Messages before playing from `beat` (a sixteenth): Start at the very beginning, else Song Position and Continue. */
  start(beat: number): { locate: Message[]; go: Message } {
    this.#next = Math.round(beat * TICKS_PER_BEAT);
    if (beat === 0) return { locate: [], go: START };
    return { locate: [songPosition(beat * 4)], go: CONTINUE };
  }

  /** The ticks up to and including `beat`. */
  ticks(beat: number): BeatEvent[] {
    const events: BeatEvent[] = [];
    while (this.#next <= beat * TICKS_PER_BEAT) {
      events.push({ beat: this.#next / TICKS_PER_BEAT, message: TICK });
      this.#next++;
    }
    return events;
  }

  stop(): Message {
    return STOP;
  }
}
