import { ClockSender, LOCATE_MS } from '../clock/clock-sender.ts';
import type { MessageSink } from '../timing/message-sink.ts';

/** Music starts this long after play was pressed, so that its first notes are not late. */
const START_MS = 5;

/** The start of our own transport: a moment from now, and where we lead, with the DAW told to come along. */
export class OwnStart {
  readonly #sink: MessageSink;
  readonly #leader = new ClockSender();

  constructor(sink: MessageSink) {
    this.#sink = sink;
  }

  /**
   * @param advance how long before its beat a message leaves, ms @param offset added to everything that is sent, ms
   * @returns the beat that begins, and when
   */
  from(
    takeBeat: number,
    now: number,
    { leads, advance, offset }: { leads: boolean; advance: number; offset: number },
  ): { readonly beat: number; readonly time: number } {
    if (!leads) return { beat: takeBeat, time: now + START_MS + advance };
    const beat = ClockSender.startBeat(takeBeat);
    const time = now + LOCATE_MS + advance;
    const { locate, go } = this.#leader.start(beat);
    this.#sink.now(locate);
    this.#sink.push({ due: time + offset - 1, message: go });
    return { beat, time };
  }

  /** Clock ticks up to a beat. */
  ticks(until: number): ReturnType<ClockSender['ticks']> {
    return this.#leader.ticks(until);
  }

  /** Stops a DAW that was led. */
  stop(): void {
    this.#sink.now([this.#leader.stop()]);
  }
}
