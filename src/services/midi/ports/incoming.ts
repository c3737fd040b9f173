import { InputClock } from '../clock/input-clock.ts';
import type { Message } from '../message.ts';
import { notices } from '../notices.ts';
import type { ControlMapping, ControlTarget, Notice } from '../protocol.ts';
import type { EchoDetector } from './echo.ts';
import type { ControlMap, ControlMove } from './learn.ts';
import { InputParser } from './parse-input.ts';

/** Commands of MIDI Machine Control. */
const MACHINE: Readonly<Record<number, ControlTarget>> = { 1: 'stop', 2: 'play', 3: 'play' };

export interface IncomingEvents {
  /** Clock and transport; `time`: when it arrived, `now`: when we see it. */
  transport(message: Message, time: number, now: number): void;
  moved(move: ControlMove): void;
  learnt(mapping: ControlMapping): void;
  notice(notice: Notice): void;
}

/** What arrives on the input: bytes become messages with their time, our own coming back are left out, the rest is sorted. */
export class Incoming {
  readonly #parser = new InputParser();
  readonly #controlParser = new InputParser();
  readonly #clock = new InputClock();
  readonly #echo: EchoDetector;
  readonly #controls: ControlMap;
  readonly #events: IncomingEvents;

  constructor(echo: EchoDetector, controls: ControlMap, events: IncomingEvents) {
    this.#echo = echo;
    this.#controls = controls;
    this.#events = events;
  }

  /** Bytes dropped because they belong to nothing. */
  get ignored(): number {
    return this.#parser.ignored + this.#controlParser.ignored;
  }

  /** `deltaSeconds`: as the driver stamped them; `now`: our clock, ms. */
  receive(bytes: readonly number[], deltaSeconds: number | undefined, now: number): void {
    const time = this.#clock.stamp(deltaSeconds, now);
    for (const message of this.#parser.feed(bytes)) this.#heard(message, time, now);
  }

  /** From an input that is for knobs and keys alone: a clock on it is not the DAW's. */
  receiveControls(bytes: readonly number[], now: number): void {
    for (const message of this.#controlParser.feed(bytes)) {
      if (message[0] <= 0xf0) this.#heard(message, now, now);
    }
  }

  #heard(message: Message, time: number, now: number): void {
    if (message[0] === 0xf0) {
      const target = MACHINE[message[4]];
      if (target) this.#events.moved({ target, value: 1 });
      return;
    }
    if (message[0] > 0xf0) {
      this.#events.transport(message, time, now);
      return;
    }
    if (this.#echo.isEcho(message, now)) {
      if (this.#echo.shouldWarn(now)) this.#events.notice(notices.feedback());
      return;
    }
    const result = this.#controls.receive(message);
    if (!result) return;
    if ('learnt' in result) this.#events.learnt(result.learnt);
    else this.#events.moved(result.move);
  }
}
