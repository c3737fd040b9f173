import type { Timebase } from '../clock/timebase.ts';
import { isNoteOff, isNoteOn } from '../message.ts';
import type { MessageSink } from '../timing/message-sink.ts';
import type { BeatEvent } from './expand.ts';

/** Between messages that a jumping tempo would have put out of order. */
const APART_MS = 0.01;
/** A note lasts at least this long, whatever the clock does. */
const SHORTEST_MS = 1;

/** Turns beats into absolute time at the last moment, and never lets a moving tempo change the order of messages. */
export class Committer {
  readonly #sink: MessageSink;
  readonly #onDue = new Map<number, number>();
  #lastDue = Number.NEGATIVE_INFINITY;
  #until = 0;
  #start = 0;
  #lastBeat = 0;

  constructor(sink: MessageSink) {
    this.#sink = sink;
  }

  /** The beat up to which messages have gone out. */
  get until(): number {
    return this.#until;
  }

  /** Beat of the last message that has gone out. */
  get lastBeat(): number {
    return this.#lastBeat;
  }

  /** Where this run started. */
  get startBeat(): number {
    return this.#start;
  }

  restart(beat: number): void {
    this.#onDue.clear();
    this.#lastDue = Number.NEGATIVE_INFINITY;
    this.#start = this.#until = this.#lastBeat = beat;
  }

  commit(events: readonly BeatEvent[], until: number, timebase: Timebase, offset: number): void {
    for (const { beat, message, note } of events) {
      let due = timebase.timeOf(beat) + offset;
      if (due < this.#lastDue) due = this.#lastDue + APART_MS;
      if (note !== undefined && isNoteOff(message)) {
        due = Math.max(due, (this.#onDue.get(note) ?? Number.NEGATIVE_INFINITY) + SHORTEST_MS);
        this.#onDue.delete(note);
      }
      if (note !== undefined && isNoteOn(message)) this.#onDue.set(note, due);
      this.#lastDue = Math.max(this.#lastDue, due);
      this.#lastBeat = Math.max(this.#lastBeat, beat);
      this.#sink.push(note === undefined ? { due, message } : { due, message, note });
    }
    this.#until = Math.max(this.#until, until);
  }
}
