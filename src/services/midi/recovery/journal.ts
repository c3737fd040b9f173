import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isNoteOff, isNoteOn, type Message, SUSTAIN } from '../message.ts';
import type { PendingEnd, Unended } from './unended.ts';

/**
 * What sounds, written down outside the process, so that someone else can end it when the process is killed: nothing in
 * the process itself can run after kill -9. Two files in memory (or in the page cache, which survives its writer): one
 * with a byte for each channel and pitch and a byte for each channel's pedal, of which one is written for a note, in a
 * few microseconds; beside it, as JSON and always written whole, the port and what is owed to ports that are away.
 */
const NOTES = 16 * 128;
const PEDALS = 16;
const SIZE = NOTES + PEDALS;

/** The port that the notes sound on. */
export interface JournalPort {
  readonly kind: 'virtual' | 'existing';
  /** As given when it was opened: the plain name of ours, the full name of another's. */
  readonly name: string;
  /** Linux: who listens to our virtual port, as `client name:port name` parts of their full names. */
  readonly listeners: readonly string[];
}

export interface JournalContent extends Unended {
  /** Where `sounding` and `pedals` are; null when nothing can sound there. */
  readonly port: JournalPort | null;
  readonly owed: readonly PendingEnd[];
  /** Linux: full names of who sends to our own input. */
  readonly senders: readonly string[];
}

/** In memory where the system has such a place. */
function journalFolder(): string {
  return process.env.AFFETTO_MIDI_JOURNALS ?? (existsSync('/dev/shm') ? '/dev/shm' : tmpdir());
}

/** A path for the journal of a service started by this process. AFFETTO_MIDI_JOURNALS names another folder. */
export function journalPath(id: string): string {
  return join(journalFolder(), `affetto-midi-${process.pid}-${id}.journal`);
}

/** Journals that nobody looks after any more, because service and parent were killed together. Taken away by this. */
export function takeOrphans(): JournalContent[] {
  return readdirSync(journalFolder()).flatMap((file) => {
    const parent = /^affetto-midi-(\d+)-\w+\.journal$/.exec(file)?.[1];
    if (parent === undefined || isAlive(Number(parent))) return [];
    const path = join(journalFolder(), file);
    try {
      // The folder may be everybody's.
      if (process.getuid && statSync(path).uid !== process.getuid()) return [];
      const content = readJournal(path);
      removeJournal(path);
      return content ? [content] : [];
    } catch {
      return [];
    }
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is alive too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export class Journal {
  readonly #path: string;
  readonly #file: number;
  readonly #byte = Buffer.alloc(1);
  #port: JournalPort | null = null;
  #owed: readonly PendingEnd[];
  #senders: readonly string[] = [];

  /** `owed`: what a service before this one left to be ended. */
  constructor(path: string, owed: readonly PendingEnd[] = []) {
    this.#path = path;
    this.#owed = owed;
    // A journal counts once its table is there: by then it must say what is owed.
    this.#writePorts();
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
    this.#port = port;
    this.#writePorts();
  }

  /** The whole list of what is owed from now on. */
  owe(owed: readonly PendingEnd[]): void {
    this.#owed = owed;
    this.#writePorts();
  }

  heardFrom(senders: readonly string[]): void {
    this.#senders = senders;
    this.#writePorts();
  }

  close(): void {
    closeSync(this.#file);
  }

  #write(position: number, value: number): void {
    this.#byte[0] = value;
    writeSync(this.#file, this.#byte, 0, 1, position);
  }

  #writePorts(): void {
    const file = portsFile(this.#path);
    const content = { port: this.#port, owed: this.#owed, senders: this.#senders };
    writeFileSync(`${file}.part`, JSON.stringify(content), { mode: 0o600 });
    renameSync(`${file}.part`, file);
  }
}

/** What a dead service left sounding; null when there is no readable journal. */
export function readJournal(path: string): JournalContent | null {
  if (!existsSync(path) || !existsSync(portsFile(path))) return null;
  const bytes = readFileSync(path);
  if (bytes.length < SIZE) return null;
  const sounding: { channel: number; pitch: number }[] = [];
  for (let i = 0; i < NOTES; i++) if (bytes[i]) sounding.push({ channel: i >> 7, pitch: i & 127 });
  const pedals: number[] = [];
  for (let channel = 0; channel < 16; channel++) if (bytes[NOTES + channel]) pedals.push(channel);
  const ports = JSON.parse(readFileSync(portsFile(path), 'utf8')) as Omit<JournalContent, keyof Unended>;
  return { ...ports, sounding, pedals };
}

export function removeJournal(path: string): void {
  for (const file of [path, portsFile(path), `${portsFile(path)}.part`]) rmSync(file, { force: true });
}

function portsFile(path: string): string {
  return `${path}.ports`;
}

function noteAt(message: Message): number {
  return (message[0] & 0x0f) * 128 + message[1];
}

function isPedal(message: Message): boolean {
  return (message[0] & 0xf0) === 0xb0 && message[1] === SUSTAIN;
}
