import type { Bar } from '../../../model/midi/bar.ts';
import type { BarRequest, Conditions } from '../protocol.ts';
import type { BarProvider } from './arranger.ts';
import { checkBar } from './check-bar.ts';

/** The part of the player's position that decides what to ask for. */
export interface Playhead {
  /** First bar that is not committed yet. */
  readonly next: number;
  /** Last bar that will be needed (the loop's end), or Infinity. */
  readonly last: number;
  /** Bar that sounds, beats into it, and how many beats last a millisecond; null when stopped. */
  readonly sounding: {
    readonly bar: number;
    readonly beat: number;
    readonly beats: number;
    readonly beatsPerMs: number;
  } | null;
}

export interface LiveFeedEvents {
  want(id: number, request: BarRequest): void;
  /** The rest of the sounding bar was made anew. */
  rest(bar: number, fromBeat: number, content: Bar): void;
  failed(reason: string): void;
}

interface Flight {
  readonly id: number;
  readonly request: BarRequest;
  readonly version: number;
  readonly since: number;
}

/** Older bars are kept as silence of their length: music that goes on for hours must not fill the memory. */
const KEPT_BARS = 512;

/** After a failure the source is left alone for this long. */
const RETRY_MS = 1000;

/**
 * Keeps a live source a few bars ahead of the playhead. One request at a time; when the emotion moves, bars that have not
 * sounded are asked for again, and the old ones stay on the provider until the new ones are there, so that nothing ever waits.
 */
export class LiveFeed implements BarProvider {
  lookahead: number;
  readonly #events: LiveFeedEvents;
  readonly #withinBar: boolean;
  readonly #bars: { bar: Bar; version: number }[] = [];
  #conditions: Conditions;
  #version = 0;
  #end = Number.POSITIVE_INFINITY;
  /** First bar that has never been committed. */
  #fresh = 0;
  #flight: Flight | null = null;
  #id = 0;
  #retryAt = Number.NEGATIVE_INFINITY;
  #restWanted = false;
  /** How long an answer takes, smoothed, ms. */
  #latency = 150;

  constructor(events: LiveFeedEvents, conditions: Conditions, lookahead: number, withinBar: boolean) {
    this.#events = events;
    this.#conditions = conditions;
    this.lookahead = lookahead;
    this.#withinBar = withinBar;
  }

  get length(): number {
    return this.#bars.length;
  }

  bar(index: number): Bar | 'later' | 'end' {
    return this.#bars[index]?.bar ?? (index >= this.#end ? 'end' : 'later');
  }

  /** The emotion moved: from the next bar that can still change, or within the sounding bar when `soon`. */
  steer(conditions: Conditions, soon: boolean): void {
    this.#conditions = conditions;
    this.#version++;
    this.#end = Number.POSITIVE_INFINITY;
    this.#restWanted = soon && this.#withinBar;
  }

  /** Asks for what is missing or out of date. */
  poll(head: Playhead, now: number): void {
    this.#fresh = Math.max(this.#fresh, head.next);
    if (this.#flight || now < this.#retryAt) return;
    if (this.#restWanted && this.#wantRest(head, now)) return;
    const until = Math.min(head.next + this.lookahead - 1, head.last, this.#end - 1);
    for (let bar = Math.min(head.next, this.#bars.length); bar <= until; bar++) {
      const there = this.#bars[bar];
      if (there && there.version === this.#version) continue;
      // A loop, or a DAW that goes back, repeats what was heard; only what never sounded is made anew.
      if (there && bar < this.#fresh) continue;
      this.#want({ bar, conditions: this.#conditions }, now);
      return;
    }
  }

  /** The source's answer; late answers to old requests are ignored. */
  deliver(id: number, bar: Bar | null, now: number, error?: string): void {
    const flight = this.#flight;
    if (!flight || flight.id !== id) return;
    this.#flight = null;
    this.#latency += 0.3 * (now - flight.since - this.#latency);
    const { bar: index, fromBeat } = flight.request;
    if (error !== undefined) {
      this.#fail(error, now);
      return;
    }
    if (bar === null) {
      this.#end = index;
      return;
    }
    try {
      checkBar(bar, `Bar ${index + 1} of the live piece`);
    } catch (problem) {
      this.#fail(problem instanceof Error ? problem.message : String(problem), now);
      return;
    }
    this.#bars[index] = { bar, version: flight.version };
    this.#forget(index - KEPT_BARS);
    if (fromBeat !== undefined) this.#events.rest(index, fromBeat, bar);
  }

  #wantRest(head: Playhead, now: number): boolean {
    this.#restWanted = false;
    if (!head.sounding) return false;
    const { bar, beat, beats, beatsPerMs } = head.sounding;
    const fromBeat = Math.ceil(beat + this.#latency * beatsPerMs);
    if (fromBeat >= beats || bar !== this.#fresh - 1) return false;
    this.#want({ bar, fromBeat, conditions: this.#conditions }, now);
    return true;
  }

  #forget(index: number): void {
    const old = this.#bars[index];
    if (old) this.#bars[index] = { bar: silence(old.bar.beats), version: old.version };
  }

  #want(request: BarRequest, now: number): void {
    this.#flight = { id: ++this.#id, request, version: this.#version, since: now };
    this.#events.want(this.#id, request);
  }

  #fail(reason: string, now: number): void {
    this.#retryAt = now + RETRY_MS;
    this.#events.failed(reason);
  }
}

const SILENCES = new Map<number, Bar>();
function silence(beats: number): Bar {
  const bar = SILENCES.get(beats) ?? { beats, notes: [] };
  SILENCES.set(beats, bar);
  return bar;
}
