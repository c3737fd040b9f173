import { type Message, TICKS_PER_BEAT } from '../message.ts';
import { ClockFollower } from './clock-follower.ts';
import type { Timebase } from './timebase.ts';

/** What an incoming message means for the player. */
export type TransportChange =
  /** The song runs from this beat on, from this moment on. */
  | { readonly kind: 'run'; readonly beat: number }
  /** The sender jumped while running. */
  | { readonly kind: 'jump'; readonly beat: number }
  | { readonly kind: 'stop' }
  | { readonly kind: 'clock-lost' }
  | { readonly kind: 'clock-back' };

/** Silence of this many tick intervals, and at least this long, is no jitter any more. */
const LOST_TICKS = 8;
const LOST_MS = 400;
/** Ticks that come at once when the clock is back are those it held back. */
const AT_ONCE_MS = 2;

/**
 * The DAW's transport as it arrives on the wire: clock, Start, Stop, Continue, Song Position. After Start or Continue the
 * song runs with the next clock, not before. Clock-free: messages come with their arrival time. It is also the timebase
 * of a player that follows.
 */
export class DawTransport implements Timebase {
  readonly follower = new ClockFollower();
  #state: 'stopped' | 'armed' | 'running' = 'stopped';
  /** Song position in ticks: where it stands when stopped; that of follower tick `#origin` while running. */
  #position = 0;
  /** Follower tick that belongs to #position while running. */
  #origin = 0;
  #jumpTo: number | null = null;
  #clock: 'none' | 'arriving' | 'lost' = 'none';
  #backAt = Number.NEGATIVE_INFINITY;

  get running(): boolean {
    return this.#state === 'running';
  }

  /** `none`: silent, and nobody waits for it. Many senders send no clock while they stand still. */
  get clock(): 'none' | 'arriving' | 'lost' {
    return this.#clock;
  }

  /** Song position in beats at this time; where it stands when stopped. */
  beatAt(time: number): number {
    if (this.#state !== 'running') return this.#position / TICKS_PER_BEAT;
    return (this.#position + this.follower.tickAt(time) - this.#origin) / TICKS_PER_BEAT;
  }

  timeOf(beat: number): number {
    return this.follower.timeOf(this.#origin + beat * TICKS_PER_BEAT - this.#position);
  }

  bpmAt(): number | null {
    return this.follower.bpm;
  }

  /** One incoming message; other than transport messages are ignored. */
  receive(message: Message, time: number): TransportChange[] {
    switch (message[0]) {
      case 0xf8:
        return this.#tick(time);
      case 0xfa:
        return this.#arm(0);
      case 0xfb:
        return this.#arm(this.reached);
      case 0xfc:
        return this.#stop();
      case 0xf2:
        return this.#locate((message[1] + 128 * message[2]) * (TICKS_PER_BEAT / 4));
      default:
        return [];
    }
  }

  /** Call now and then: notices that the clock fell silent. */
  check(time: number): TransportChange[] {
    if (this.#clock !== 'arriving') return [];
    const silence = Math.max(LOST_MS, LOST_TICKS * (this.follower.interval ?? 0));
    if (time - this.follower.lastArrival < silence) return [];
    this.#clock = this.#state === 'running' ? 'lost' : 'none';
    return this.#clock === 'lost' ? [{ kind: 'clock-lost' }] : [];
  }

  /** Song position, in ticks, of the next tick: they are counted, whenever they come. */
  get reached(): number {
    if (this.#state !== 'running') return this.#position;
    return Math.max(0, this.#position + this.follower.tick + 1 - this.#origin);
  }

  #arm(position: number): TransportChange[] {
    const wasRunning = this.#state === 'running';
    this.#position = position;
    this.#state = 'armed';
    this.#jumpTo = null;
    return wasRunning ? [{ kind: 'stop' }] : [];
  }

  #stop(): TransportChange[] {
    if (this.#state === 'stopped') return [];
    this.#position = this.reached;
    this.#state = 'stopped';
    // A clock that was missed is not waited for any more.
    if (this.#clock === 'lost') this.#clock = 'none';
    return [{ kind: 'stop' }];
  }

  #locate(position: number): TransportChange[] {
    // While running the jump takes place with the next clock, as after Continue.
    if (this.#state === 'running') this.#jumpTo = position;
    else this.#position = position;
    return [];
  }

  #tick(time: number): TransportChange[] {
    const changes: TransportChange[] = [];
    const back = this.#clock === 'lost';
    if (back) {
      changes.push({ kind: 'clock-back' });
      this.#backAt = time;
    }
    if (this.#state === 'running' && (back || time - this.#backAt < AT_ONCE_MS)) {
      // The count of ticks is unknown after a gap: take the nearest to where the music has got to meanwhile.
      this.follower.restart(Math.round(this.follower.tickAt(time)));
    } else if (this.#clock === 'none') this.follower.restart(this.follower.tick + 1);
    this.#clock = 'arriving';
    if (this.#state === 'armed') {
      // Many senders start their clock anew with Start: its phase before says nothing.
      this.follower.restart(this.follower.tick + 1);
      this.#origin = this.follower.tick + 1;
      this.#state = 'running';
      changes.push({ kind: 'run', beat: this.#position / TICKS_PER_BEAT });
    } else if (this.#jumpTo !== null) {
      this.#position = this.#jumpTo;
      this.#origin = this.follower.tick + 1;
      changes.push({ kind: 'jump', beat: this.#position / TICKS_PER_BEAT });
      this.#jumpTo = null;
    }
    this.follower.arrive(time);
    return changes;
  }
}
