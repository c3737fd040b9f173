import { EarlyWake } from './early-wake.ts';
import { SendQueue, type Timed } from './send-queue.ts';

/** setTimeout is only trusted to wake us this long before we want to be awake: it counts in whole milliseconds. */
const TIMER_MARGIN_MS = 2;
/** The longest sleep of the event loop, so that a clock that was set wrong or a lost timer can't stop the music. */
const LONGEST_MS = 50;

/** The monotonic clock of the whole service, ms. */
export function monotonic(): number {
  return performance.now();
}

export interface SendLoopOptions {
  /** Sends one message: called at its time, `lateMs` after it was due. Must not throw. */
  send(timed: Timed, lateMs: number): void;
  /** Called every `pumpMs` while `pumping` to refill the queue. */
  pump(now: number): void;
}

/**
 * The one loop that sends: an absolute-time queue, a coarse timer, an exact short sleep, and a spin as short as the
 * machine allows (see EarlyWake). Between
 * messages the event loop is free, so calls and incoming MIDI are served.
 */
export class SendLoop {
  readonly #queue = new SendQueue();
  readonly #options: SendLoopOptions;
  readonly #earlyWake = new EarlyWake();
  readonly #sleeper = new Int32Array(new SharedArrayBuffer(4));
  #cancel: (() => void) | null = null;
  #wakeAt = Number.POSITIVE_INFINITY;
  #pumpMs: number | null = null;
  #nextPump = Number.POSITIVE_INFINITY;
  #stopped = false;

  constructor(options: SendLoopOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#queue.size;
  }

  /** When something has to be sent next; Infinity when nothing waits. */
  get nextDue(): number {
    return this.#queue.nextDue;
  }

  push(timed: Timed): void {
    this.#queue.push(timed);
    this.#arm();
  }

  /** Pump this often from now on; null stops pumping. */
  pumpEvery(ms: number | null): void {
    if (ms === this.#pumpMs) return;
    this.#pumpMs = ms;
    this.#nextPump = ms === null ? Number.POSITIVE_INFINITY : monotonic();
    this.#arm();
  }

  /** Forgets what waits; returns how many messages that were. */
  clear(): number {
    return this.#queue.clear();
  }

  /** Sends what is due and returns at once; for messages that must not wait for the timer. */
  flush(): void {
    this.#sendDue();
  }

  stop(): void {
    this.#stopped = true;
    this.#queue.clear();
    this.#cancel?.();
  }

  #arm(): void {
    if (this.#stopped) return;
    const meetAt = this.#queue.nextDue - this.#earlyWake.early - TIMER_MARGIN_MS;
    const next = Math.min(meetAt, this.#nextPump);
    if (next === Number.POSITIVE_INFINITY) return;
    const now = monotonic();
    const wakeAt = Math.min(next, now + LONGEST_MS);
    if (this.#cancel && this.#wakeAt <= wakeAt) return;
    this.#cancel?.();
    this.#wakeAt = wakeAt;
    if (wakeAt - now < 1) {
      // A timer can't be shorter than 1 ms.
      const immediate = setImmediate(this.#wake);
      this.#cancel = () => clearImmediate(immediate);
    } else {
      const timer = setTimeout(this.#wake, Math.floor(wakeAt - now));
      this.#cancel = () => clearTimeout(timer);
    }
  }

  readonly #wake = (): void => {
    this.#cancel = null;
    if (this.#stopped) return;
    this.#sendDue();
    this.#meetNext();
    // The queue is filled well ahead, so filling can wait for a message that is due, and not the other way round.
    const now = monotonic();
    if (now >= this.#nextPump - 1) {
      this.#nextPump = Math.max(this.#nextPump + this.#pumpMs!, now);
      this.#options.pump(now);
    }
    this.#arm();
  };

  /** If something is due soon: sleeps exactly, then spins. Only once, then the event loop gets its turn. */
  #meetNext(): void {
    const due = this.#queue.nextDue;
    const { early } = this.#earlyWake;
    const sleep = due - early - monotonic();
    if (sleep > TIMER_MARGIN_MS + 1) return;
    if (sleep > 0) {
      Atomics.wait(this.#sleeper, 0, 0, sleep);
      this.#earlyWake.woke(monotonic() - (due - early));
    }
    const awake = monotonic();
    while (monotonic() < due);
    this.#earlyWake.spun(Math.max(0, due - awake), Math.max(due, awake));
    this.#sendDue();
  }

  #sendDue(): void {
    for (;;) {
      const now = monotonic();
      const timed = this.#queue.pop(now);
      if (!timed) return;
      this.#options.send(timed, now - timed.due);
    }
  }
}
