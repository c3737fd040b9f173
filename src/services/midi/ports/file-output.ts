import { renameSync, writeFileSync } from 'node:fs';
import { AffettoError } from '../../../model/error.ts';
import type { Message } from '../message.ts';
import type { Output } from './output.ts';

/** 500 ticks a quarter at the standard 120 bpm make a tick a millisecond. */
const TICKS_PER_QUARTER = 500;

/** Records what is sent and writes it as a standard MIDI file (type 0, a tick a millisecond) when it is closed. */
export function createFileOutput(path: string, now: () => number, written: (path: string) => void): Output {
  const events: { time: number; message: Message }[] = [];
  return {
    send: (message) => {
      // Transport and clock have no place in a file.
      if (message[0] < 0xf0) events.push({ time: now(), message });
    },
    close: () => {
      if (events.length === 0) return;
      const temporary = `${path}.part`;
      try {
        writeFileSync(temporary, midiFile(events));
        renameSync(temporary, path);
      } catch (error) {
        throw new AffettoError(
          `${path}: the recording can't be written: ${(error as Error).message}`,
          'failure',
        );
      }
      written(path);
    },
  };
}

function midiFile(events: readonly { time: number; message: Message }[]): Uint8Array {
  const track: number[] = [0x00, 0xff, 0x51, 0x03, 0x07, 0xa1, 0x20];
  let last = 0;
  for (const { time, message } of events) {
    const tick = Math.max(last, Math.round(time - events[0].time));
    track.push(...variableLength(tick - last), ...message);
    last = tick;
  }
  track.push(0x00, 0xff, 0x2f, 0x00);
  const header = [...ascii('MThd'), 0, 0, 0, 6, 0, 0, 0, 1, TICKS_PER_QUARTER >> 8, TICKS_PER_QUARTER & 0xff];
  const length = [24, 16, 8, 0].map((shift) => (track.length >> shift) & 0xff);
  return Uint8Array.from([...header, ...ascii('MTrk'), ...length, ...track]);
}

function variableLength(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}

function ascii(text: string): number[] {
  return [...text].map((character) => character.charCodeAt(0));
}
