import { closeSync, existsSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isNoteOff, isNoteOn, type Message, SUSTAIN } from './message.ts';

/**
 * What sounds, written down outside the process, so that someone else can end it when the process is killed: nothing in
 * the process itself can run after kill -9. A file in memory (or in the page cache, which survives its writer) with a
 * byte for each channel and pitch, a byte for each channel's pedal, and the port as JSON. One byte is written for a
 * note, which takes a few microseconds.
 */
const NOTES = 16 * 128;
const PEDALS = 16;
const PORT_BYTES = 1024;
const SIZE = NOTES + PEDALS + PORT_BYTES;

/** The port that the notes sound on. */
export interface JournalPort {
  readonly kind: 'virtual' | 'existing';
  /** As given when it was opened: the plain name of ours, the full name of another's. */
  readonly name: string;
  /** Linux: who listens to our virtual port, as `client name:port name` parts of their full names. */
  readonly listeners: readonly string[];
}

export interface JournalContent {
  readonly port: JournalPort | null;
  /** Channels 0..15. */
  readonly sounding: readonly { readonly channel: number; readonly pitch: number }[];
  readonly pedals: readonly number[];
}

/** A path for the journal of a service started by this process; in memory where the system has such a place. */
export function journalPath(id: string): string {
  const folder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  return join(folder, `affetto-midi-${process.pid}-${id}.journal`);
}

export class Journal {
  readonly #file: number;
  readonly #byte = Buffer.alloc(1);

  constructor(path: string) {
    this.#file = openSync(path, 'w', 0o600);
    writeSync(this.#file, Buffer.alloc(SIZE), 0, SIZE, 0);
  }

  /** Call before a message is sent: a note must be known before it can sound. */
  before(message: Message): void {
    if (isNoteOn(message)) this.#write(noteAt(message), 1);
    else if (isPedal(message) && message[2] >= 64) this.#write(NOTES + (message[0] & 0x0f), 1);
  }

  /** Call after a message was sent. */
  after(message: Message): void {
    if (isNoteOff(message)) this.#write(noteAt(message), 0);
    else if (isPedal(message) && message[2] < 64) this.#write(NOTES + (message[0] & 0x0f), 0);
  }

  port(port: JournalPort | null): void {
    const text = Buffer.alloc(PORT_BYTES);
    const json = port ? JSON.stringify(port) : '';
    if (Buffer.byteLength(json) < PORT_BYTES) text.write(json);
    writeSync(this.#file, text, 0, PORT_BYTES, NOTES + PEDALS);
  }

  close(): void {
    closeSync(this.#file);
  }

  #write(position: number, value: number): void {
    this.#byte[0] = value;
    writeSync(this.#file, this.#byte, 0, 1, position);
  }
}

/** What a dead service left sounding; null when there is no readable journal. */
export function readJournal(path: string): JournalContent | null {
  if (!existsSync(path)) return null;
  const bytes = readFileSync(path);
  if (bytes.length < SIZE) return null;
  const sounding: { channel: number; pitch: number }[] = [];
  for (let i = 0; i < NOTES; i++) if (bytes[i]) sounding.push({ channel: i >> 7, pitch: i & 127 });
  const pedals: number[] = [];
  for (let channel = 0; channel < 16; channel++) if (bytes[NOTES + channel]) pedals.push(channel);
  const json = bytes
    .subarray(NOTES + PEDALS)
    .toString()
    .replace(/\0+$/, '');
  return { port: json ? (JSON.parse(json) as JournalPort) : null, sounding, pedals };
}

export function removeJournal(path: string): void {
  rmSync(path, { force: true });
}

function noteAt(message: Message): number {
  return (message[0] & 0x0f) * 128 + message[1];
}

function isPedal(message: Message): boolean {
  return (message[0] & 0xf0) === 0xb0 && message[1] === SUSTAIN;
}
