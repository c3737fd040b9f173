import type { Bar } from '../../../model/midi/bar.ts';
import { controller, isNoteOff, isNoteOn, SUSTAIN } from '../message.ts';
import type { Routing } from '../protocol.ts';
import type { Arranger } from './arranger.ts';
import { type BeatEvent, expandBar, sortEvents } from './expand.ts';

/** A bar that was put on the beat axis. */
export interface Placed {
  readonly start: number;
  readonly bar: Bar;
  readonly index: number;
  readonly repeated: boolean;
}

/** Silence while a live source has nothing at all yet. */
const REST: Bar = { beats: 4, notes: [] };
/** Bars placed at once at the most, however far it is told to go: the rest follows at the next call. */
const MOST_BARS = 16;
/** Placed bars that are remembered, for the position display and for changes within the bar. */
const REMEMBERED = 4;

/**
 * Lays bars on the beat axis, one after the other, each decided only when it is about to sound, and gives their messages
 * in order. Knows beats, no time.
 */
export class Sequencer {
  routing: Routing;
  readonly #arranger: Arranger;
  readonly #placed: (bar: Placed) => void;
  #pending: BeatEvent[] = [];
  #line = Number.POSITIVE_INFINITY;
  #skip = 0;
  #ended = false;
  #bars: Placed[] = [];
  readonly #pedals = new Set<number>();

  constructor(arranger: Arranger, routing: Routing, placed: (bar: Placed) => void) {
    this.#arranger = arranger;
    this.routing = routing;
    this.#placed = placed;
  }

  /** The take is over and all its messages were given. */
  get done(): boolean {
    return this.#ended && this.#pending.length === 0;
  }

  /** Starts at `beat` of the axis with `from` beats into the arranger's next bar. */
  start(beat: number, from: number): void {
    this.clear();
    this.#line = beat - from;
    this.#skip = from;
  }

  clear(): void {
    this.#pending = [];
    this.#bars = [];
    this.#pedals.clear();
    this.#line = Number.POSITIVE_INFINITY;
    this.#ended = false;
  }

  /** A take that ended can go on when something new was loaded. */
  revive(beat: number): void {
    if (!this.#ended) return;
    this.#ended = false;
    this.#line = Math.max(beat, this.#bars.at(-1) ? endOf(this.#bars.at(-1)!) : beat);
  }

  /** The bar that sounds at this beat. */
  at(beat: number): Placed | null {
    return this.#bars.findLast((bar) => bar.start <= beat + 1e-9) ?? this.#bars[0] ?? null;
  }

  /** All messages up to and including this beat, in sending order. */
  advance(until: number): BeatEvent[] {
    for (let bars = 0; this.#line <= until && bars < MOST_BARS; bars++) this.#place();
    let count = 0;
    while (count < this.#pending.length && this.#pending[count].beat <= until) count++;
    const events = this.#pending.splice(0, count);
    for (const { message } of events) {
      if ((message[0] & 0xf0) !== 0xb0 || message[1] !== SUSTAIN) continue;
      if (message[2] >= 64) this.#pedals.add(message[0] & 0x0f);
      else this.#pedals.delete(message[0] & 0x0f);
    }
    return events;
  }

  /** Replaces the rest of bar number `index` from `fromBeat` on, unless that beat has gone out (`committed`) already. */
  splice(index: number, fromBeat: number, bar: Bar, committed: number): boolean {
    const placed = this.#bars.findLast((one) => one.index === index);
    if (!placed || placed !== this.#bars.at(-1)) return false;
    const beat = placed.start + fromBeat;
    if (beat <= committed || bar.beats !== placed.bar.beats) return false;
    this.#cut(beat);
    this.#pending = sortEvents([...this.#pending, ...expandBar(bar, placed.start, this.routing, fromBeat)]);
    this.#bars[this.#bars.length - 1] = { ...placed, bar };
    return true;
  }

  #place(): void {
    const next = this.#arranger.next();
    if (next === 'end') {
      this.#ended = true;
      this.#line = Number.POSITIVE_INFINITY;
      this.#allEndsAtLast();
      return;
    }
    const start = this.#line;
    const { bar, index, repeated } = next === 'later' ? { bar: REST, index: 0, repeated: true } : next;
    if (next !== 'later' && next.cut) this.#cut(start);
    this.#pending = sortEvents([...this.#pending, ...expandBar(bar, start, this.routing, this.#skip)]);
    this.#skip = 0;
    this.#line = start + bar.beats;
    const placed = { start, bar, index, repeated };
    this.#bars.push(placed);
    if (this.#bars.length > REMEMBERED) this.#bars.shift();
    this.#placed(placed);
  }

  /** Ends at `beat` whatever rings over it, and forgets what was to begin there or later. */
  #cut(beat: number): void {
    const kept: BeatEvent[] = [];
    const started = new Set<number>();
    for (const event of this.#pending) {
      if (isNoteOn(event.message) && event.beat >= beat && event.note !== undefined) started.add(event.note);
    }
    for (const event of this.#pending) {
      if (event.beat < beat) kept.push(event);
      else if (isNoteOff(event.message) && !started.has(event.note ?? -1)) kept.push({ ...event, beat });
    }
    for (const channel of this.#pedalsDownAt(kept))
      kept.push({ beat, message: controller(channel, SUSTAIN, 0) });
    this.#pending = sortEvents(kept);
  }

  #pedalsDownAt(events: readonly BeatEvent[]): Set<number> {
    const down = new Set(this.#pedals);
    for (const { message } of events) {
      if ((message[0] & 0xf0) !== 0xb0 || message[1] !== SUSTAIN) continue;
      if (message[2] >= 64) down.add(message[0] & 0x0f);
      else down.delete(message[0] & 0x0f);
    }
    return down;
  }

  /** A pedal that the piece leaves down comes up when its last note ends. */
  #allEndsAtLast(): void {
    const last = this.#bars.at(-1);
    const beat = Math.max(this.#pending.at(-1)?.beat ?? 0, last ? endOf(last) : 0);
    for (const channel of this.#pedalsDownAt(this.#pending)) {
      this.#pending.push({ beat, message: controller(channel, SUSTAIN, 0) });
    }
  }
}

function endOf(placed: Placed): number {
  return placed.start + placed.bar.beats;
}
