import type { Message } from '../message.ts';
import type { Timed } from './send-queue.ts';

/** Where the player puts messages; the send loop is behind it, a list in tests. */
export interface MessageSink {
  /** To be sent at its time. */
  push(timed: Timed): void;
  /** Drops everything that was pushed and not yet sent, then ends all that sounds, at once. */
  silence(): void;
  /** Sent at once. */
  now(messages: readonly Message[]): void;
}
