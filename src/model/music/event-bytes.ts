/** One event as its bytes stand, with what had to be set right to read it. */
export interface RawEvent {
  readonly delta: number;
  /** 0x80..0xef with the channel; 0xff for meta events, 0xf0 for what is skipped. */
  readonly status: number;
  /** Type of a meta event, or -1. */
  readonly meta: number;
  /** Of a channel event. */
  readonly first: number;
  readonly second: number;
  /** Of a meta event. */
  readonly data: Uint8Array;
  readonly repaired?: string;
}

const NO_DATA = new Uint8Array(0);
const skipped = (delta: number, repaired?: string): RawEvent => ({
  delta,
  status: 0xf0,
  meta: -1,
  first: 0,
  second: 0,
  data: NO_DATA,
  ...(repaired ? { repaired } : {}),
});

/** How far ahead two readings of a doubtful byte are compared. */
const AHEAD = 5;

/** The bytes of a track as a row of events; knows how to go on where one of them cannot be. */
export class EventBytes {
  at = 0;
  readonly #bytes: Uint8Array;
  /** The status that an event without one of its own has. */
  #running = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get ended(): boolean {
    return this.at >= this.#bytes.length;
  }

  /** The next event; null where there is none that makes sense. */
  next(): RawEvent | null {
    return this.#read(true);
  }

  /**
   * Goes on at the first place from `from` on, `furthest` bytes at most, where `wanted` sound events follow each other, or as
   * many as there are to the end. False where there is no such place.
   */
  resume(from: number, wanted: number, furthest: number): boolean {
    const last = Math.min(this.#bytes.length, from + furthest);
    for (let at = from; at < last; at++) {
      this.at = at;
      if (this.#soundEvents(at, wanted) >= wanted) return true;
    }
    this.at = this.#bytes.length;
    return false;
  }

  /** How many events in a row make sense from here on, up to `most`; all of them where the track ends properly before. */
  #soundEvents(at: number, most: number): number {
    const before = [this.at, this.#running] as const;
    this.at = at;
    let count = 0;
    while (count < most) {
      const event = this.ended ? null : this.#read(false);
      if (event === null) break;
      count = event.meta === 0x2f ? most : count + 1;
    }
    [this.at, this.#running] = before;
    return count;
  }

  #read(repairing: boolean): RawEvent | null {
    const delta = this.#varInt();
    if (delta === null || this.ended) return null;
    const bytes = this.#bytes;
    let status = bytes[this.at];
    if (status < 0x80) {
      if (this.#running === 0) return null;
      status = this.#running;
    } else this.at++;
    if (status === 0xff) return this.#meta(delta);
    if (status === 0xf0 || status === 0xf7) return this.#exclusive(delta);
    if (status >= 0xf8) return skipped(delta, 'stray realtime bytes');
    if (status > 0xf0) {
      this.at += status === 0xf2 ? 2 : status === 0xf1 || status === 0xf3 ? 1 : 0;
      return repairing ? skipped(delta, 'stray system messages') : null;
    }
    return this.#channelEvent(delta, status, repairing);
  }

  #channelEvent(delta: number, status: number, repairing: boolean): RawEvent | null {
    const bytes = this.#bytes;
    const count = status >> 4 === 12 || status >> 4 === 13 ? 1 : 2;
    let first = 0;
    let second = 0;
    const put = (place: number, value: number): void => {
      if (place === 0) first = value;
      else second = value;
    };
    let repaired: string | undefined;
    this.#running = status;
    for (let i = 0; i < count; i++) {
      if (this.ended) return null;
      if (bytes[this.at] < 0x80) put(i, bytes[this.at++]);
      else {
        if (!repairing) return null;
        // A value that is too large, a realtime byte in between, or an event that broke off: what makes the most sense after it.
        const rest = count - i - 1;
        const large = this.#soundEvents(this.at + 1 + rest, AHEAD);
        const stray = bytes[this.at] >= 0xf8 ? this.#soundEvents(this.at + 2 + rest, AHEAD) : -1;
        const broken = this.#soundEvents(this.at, AHEAD);
        if (large < Math.max(stray, broken) && stray < broken) return null;
        if (stray > large) {
          this.at++;
          put(i, Math.min(127, bytes[this.at++] ?? 0));
          repaired = 'stray realtime bytes';
        } else {
          put(i, 127);
          this.at++;
          repaired = 'values above 127';
        }
      }
    }
    return { delta, status, meta: -1, first, second, data: NO_DATA, ...(repaired ? { repaired } : {}) };
  }

  #meta(delta: number): RawEvent | null {
    if (this.at + 1 >= this.#bytes.length) return null;
    const meta = this.#bytes[this.at++];
    const data = this.#block();
    return data && { delta, status: 0xff, meta, first: 0, second: 0, data };
  }

  #exclusive(delta: number): RawEvent | null {
    return this.#block() && skipped(delta);
  }

  /** A length and so many bytes; null where there are fewer. */
  #block(): Uint8Array | null {
    const length = this.#varInt();
    if (length === null || this.at + length > this.#bytes.length) return null;
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  #varInt(): number | null {
    let value = 0;
    for (let i = 0; i < 4 && !this.ended; i++) {
      const byte = this.#bytes[this.at++];
      value = value * 128 + (byte & 0x7f);
      if (byte < 0x80) return value;
    }
    return null;
  }
}
