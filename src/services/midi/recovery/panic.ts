import {
  ALL_NOTES_OFF,
  ALL_SOUND_OFF,
  controller,
  type Message,
  noteOff,
  RESET_CONTROLLERS,
  SUSTAIN,
} from '../message.ts';
import type { MessageSink } from '../timing/message-sink.ts';
import type { Timed } from '../timing/send-queue.ts';

/** A second press within this time means: it still sounds, use force. */
const SECOND_PRESS_MS = 3000;
/** 31250 baud carry a three-byte message in 0.96 ms; a DIN cable and WinMM's buffers survive this. */
const PACE_MS = 1;

/** The first press silences every instrument that knows how; an insisting one ends every note there is. */
export class PanicButton {
  #last = Number.NEGATIVE_INFINITY;

  /** Answers 1 for a first press, 2 for one that came soon after. */
  press(sink: MessageSink, now: number): 1 | 2 {
    const level = now - this.#last <= SECOND_PRESS_MS ? 2 : 1;
    this.#last = now;
    sink.silence();
    sink.now(panicControllers());
    if (level === 2) for (const timed of paced(panicNoteOffs(), now)) sink.push(timed);
    return level;
  }
}

/** First press: pedal up, All Sound Off, All Notes Off, controllers reset, on every channel. */
export function panicControllers(): Message[] {
  const messages: Message[] = [];
  for (let channel = 0; channel < 16; channel++) {
    for (const number of [SUSTAIN, ALL_SOUND_OFF, ALL_NOTES_OFF, RESET_CONTROLLERS]) {
      messages.push(controller(channel, number, 0));
    }
  }
  return messages;
}

/** Second press: 128 note-offs on 16 channels, in turn by pitch so that no channel waits for the others. */
export function panicNoteOffs(): Message[] {
  const messages: Message[] = [];
  for (let pitch = 0; pitch < 128; pitch++) {
    for (let channel = 0; channel < 16; channel++) messages.push(noteOff(channel, pitch));
  }
  return messages;
}

/** Spreads messages over time from `now` on. */
export function paced(messages: readonly Message[], now: number, paceMs = PACE_MS): Timed[] {
  return messages.map((message, index) => ({ due: now + index * paceMs, message }));
}
