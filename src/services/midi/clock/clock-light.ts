import { TICKS_PER_BEAT } from '../message.ts';
import type { DawTransport } from './daw-transport.ts';

/** One flash a beat of the incoming clock: on the beat while the song runs, else every 24 ticks. */
export class ClockLight {
  readonly #daw: DawTransport;
  #ticks = 0;

  constructor(daw: DawTransport) {
    this.#daw = daw;
  }

  /** A clock tick came: the beat to flash for (0 while the song stands), or null. */
  tick(): number | null {
    if (!this.#daw.running) return this.#ticks++ % TICKS_PER_BEAT === 0 ? 0 : null;
    const tick = this.#daw.reached - 1;
    return tick % TICKS_PER_BEAT === 0 ? tick / TICKS_PER_BEAT : null;
  }
}
