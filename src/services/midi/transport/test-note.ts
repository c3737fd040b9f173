import { AffettoError } from '../../../model/error.ts';
import { noteOff, noteOn } from '../message.ts';
import type { PortState, Routing } from '../protocol.ts';
import type { Timed } from '../timing/send-queue.ts';

/** C4, a tone that nobody confuses with the music. */
const PITCH = 60;
const VELOCITY = 80;
const LENGTH_MS = 500;

/** One note from `now` on, on the channel of the melody. */
export function testNote({ channels }: Routing, now: number): Timed[] {
  const channel = (channels.kind === 'all' ? channels.channel : channels.melody) - 1;
  return [
    { due: now, message: noteOn(channel, PITCH, VELOCITY) },
    { due: now + LENGTH_MS, message: noteOff(channel, PITCH) },
  ];
}

/** Throws with the reason when nothing can be sent to this output. */
export function requireOpen({ state, name, problem }: PortState): void {
  if (state === 'open') return;
  throw new AffettoError(
    `No note can be sent${name ? ` to ${name}` : ''}. ${problem ?? 'Choose an output.'}`,
  );
}
