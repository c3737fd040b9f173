import type { Bar, BarNote, Take } from '../../../src/model/midi/bar.ts';
import { isNoteOff, isNoteOn, type Message } from '../../../src/services/midi/message.ts';
import { NoteTable } from '../../../src/services/midi/recovery/note-table.ts';
import type { MessageSink } from '../../../src/services/midi/timing/message-sink.ts';
import { SendQueue, type Timed } from '../../../src/services/midi/timing/send-queue.ts';

/** A repeatable random source, 0..1. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export const note = (beat: number, pitch: number, length = 1, velocity = 80): BarNote => ({
  beat,
  length,
  pitch,
  velocity,
});

/** A bar of four quarter notes, `pitch` upwards. */
export function plainBar(pitch: number, extra: Partial<Bar> = {}): Bar {
  return { beats: 4, notes: [0, 1, 2, 3].map((beat) => note(beat, pitch + beat)), ...extra };
}

export function plainTake(id: string, pitches: readonly number[]): Take {
  return { id, name: id, bars: pitches.map((pitch) => plainBar(pitch)) };
}

/** An sink with a clock moved by hand: what was sent, when, and what sounds. */
export class HandSink implements MessageSink {
  readonly queue = new SendQueue();
  readonly table = new NoteTable();
  readonly sent: { time: number; message: Message }[] = [];
  time = 0;

  push(timed: Timed): void {
    this.queue.push(timed);
  }
  silence(): void {
    this.queue.clear();
    for (const message of this.table.endings()) this.#send(this.time, message);
  }
  now(messages: readonly Message[]): void {
    for (const message of messages) this.#pass({ due: this.time, message });
  }
  /** Sends all that is due until `time`. */
  run(time: number): void {
    for (let timed = this.queue.pop(time); timed; timed = this.queue.pop(time)) this.#pass(timed);
    this.time = time;
  }
  notes(): { time: number; pitch: number }[] {
    return this.sent
      .filter(({ message }) => isNoteOn(message))
      .map(({ time, message }) => ({ time, pitch: message[1] }));
  }

  #pass({ due, message, note: id }: Timed): void {
    for (const one of this.table.needed(message, id)) this.#send(due, one, id);
  }
  #send(time: number, message: Message, id?: number): void {
    this.sent.push({ time, message });
    this.table.sent(message, id);
  }
}

/** Pitches that sound after these messages, from nothing. */
export function hanging(messages: readonly Message[]): string[] {
  const sounding = new Set<string>();
  for (const message of messages) {
    const key = `${message[0] & 15}/${message[1]}`;
    if (isNoteOn(message)) sounding.add(key);
    else if (isNoteOff(message)) sounding.delete(key);
    else if ((message[0] & 0xf0) === 0xb0 && message[1] === 64) {
      if (message[2] >= 64) sounding.add(`pedal ${message[0] & 15}`);
      else sounding.delete(`pedal ${message[0] & 15}`);
    }
  }
  return [...sounding];
}
