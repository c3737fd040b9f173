import type { Message } from '../message.ts';

/** An echo comes back within this time. */
const ECHO_MS = 250;
/** So many echoes within WARN_MS mean that somebody connected our output to our input. */
const WARN_COUNT = 4;
const WARN_MS = 2000;

/** Recognises our own messages coming back in, so that they move nothing and the user hears about it. */
export class EchoDetector {
  readonly #sent = new Map<string, number>();
  readonly #echoes: number[] = [];
  #count = 0;
  #warned = false;

  get count(): number {
    return this.#count;
  }

  sent(message: Message, now: number): void {
    if (message[0] >= 0xf0) return;
    if (this.#sent.size > 512) this.#forget(now);
    this.#sent.set(message.join(), now);
  }

  /** True when this message is one that we just sent: ignore it. */
  isEcho(message: Message, now: number): boolean {
    const key = message.join();
    const sent = this.#sent.get(key);
    if (sent === undefined || now - sent > ECHO_MS) return false;
    this.#sent.delete(key);
    this.#count++;
    this.#echoes.push(now);
    while (this.#echoes.length > WARN_COUNT) this.#echoes.shift();
    return true;
  }

  /** True once, when echoes come in number. */
  shouldWarn(now: number): boolean {
    if (this.#warned || this.#echoes.length < WARN_COUNT || now - this.#echoes[0] > WARN_MS) return false;
    this.#warned = true;
    return true;
  }

  #forget(now: number): void {
    for (const [key, time] of this.#sent) if (now - time > ECHO_MS) this.#sent.delete(key);
  }
}
