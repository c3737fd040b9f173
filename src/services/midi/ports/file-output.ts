import { renameSync, writeFileSync } from 'node:fs';
import { AffettoError } from '../../../model/error.ts';
import { append } from '../../../model/lists.ts';
import type { Message } from '../message.ts';
import type { Output } from './output.ts';

const TICKS_PER_BEAT = 960;
/** Recorded tempi are told apart by this much. */
const BPM_STEP = 0.01;

/** Where the music is at a time, ms. */
export interface RecordClock {
  readonly time: number;
  /** null while nothing plays. */
  readonly beat: number | null;
  readonly bpm: number;
}

interface Recorded extends RecordClock {
  readonly message: Message;
}

/** Records what is sent and writes it as a standard MIDI file (type 0), in its beats and tempi, when it is closed. */
export function createFileOutput(
  path: string,
  clock: () => RecordClock,
  written: (path: string) => void,
): Output {
  const events: Recorded[] = [];
  return {
    send: (message) => {
      // Transport and clock have no place in a file.
      if (message[0] < 0xf0) events.push({ ...clock(), message });
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

function midiFile(events: readonly Recorded[]): Uint8Array {
  const track: number[] = [];
  let last = 0;
  let bpm = 0;
  const put = (beat: number, bytes: readonly number[]) => {
    const tick = Math.max(last, Math.round(beat * TICKS_PER_BEAT));
    append(track, variableLength(tick - last));
    append(track, bytes);
    last = tick;
  };
  const beats = beatsOf(events);
  events.forEach((event, i) => {
    if (Math.abs(event.bpm - bpm) > BPM_STEP) {
      // In force since the event before: what was said until there does not change.
      put(i === 0 ? 0 : beats[i - 1], tempo(event.bpm));
      bpm = event.bpm;
    }
    put(beats[i], event.message);
  });
  track.push(0x00, 0xff, 0x2f, 0x00);
  const header = [...ascii('MThd'), 0, 0, 0, 6, 0, 0, 0, 1, TICKS_PER_BEAT >> 8, TICKS_PER_BEAT & 0xff];
  const length = [24, 16, 8, 0].map((shift) => (track.length >> shift) & 0xff);
  return Uint8Array.from([...header, ...ascii('MTrk'), ...length, ...track]);
}

/** Beats of the recording: those of the music where it runs on, else as many as passed. */
function beatsOf(events: readonly Recorded[]): number[] {
  const beats: number[] = [];
  let before: Recorded | null = null;
  let at = events[0].beat ?? 0;
  for (const event of events) {
    if (before) {
      const passed = ((event.time - before.time) * before.bpm) / 60_000;
      const moved = event.beat === null || before.beat === null ? Number.NaN : event.beat - before.beat;
      // A seek, a stop or a new start: the recording goes on.
      at += Math.abs(moved - passed) <= 1 && moved >= 0 ? moved : passed;
    }
    beats.push(at);
    before = event;
  }
  return beats;
}

function tempo(bpm: number): number[] {
  const microseconds = Math.round(60e6 / bpm);
  return [0xff, 0x51, 0x03, (microseconds >> 16) & 0xff, (microseconds >> 8) & 0xff, microseconds & 0xff];
}

function variableLength(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}

function ascii(text: string): number[] {
  return [...text].map((character) => character.charCodeAt(0));
}
