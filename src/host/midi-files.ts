import { randomUUID } from 'node:crypto';
import { renameSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AffettoError } from '../model/error.ts';
import { writeMidi } from '../model/music/midi-out.ts';
import type { Piece } from '../model/music/piece.ts';
import { writeAtomically } from './files.ts';

export interface ExportRequest {
  name: string;
  piece: Piece;
  type: 0 | 1;
  chords: boolean;
  pedal: boolean;
  /** Where bars and tempo come from in music that was read from a file. */
  beats?: 'file' | 'piece';
  /** A track and a channel for each voice. */
  voices?: boolean;
}

/** Files that were dragged out stay for a while, because a DAW may go on reading them where they are. */
const KEEP_MS = 14 * 24 * 3600_000;
const LONGEST_NAME = 60;

/** A name that every file system and every DAW takes: ASCII, no spaces. */
export function safeFileName(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/[^\x20-\x7e]/g, '')
    .replace(/\.midi?$/i, '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, LONGEST_NAME);
  return `${plain || 'affetto'}.mid`;
}

export function midiBytes(request: ExportRequest): Uint8Array {
  const piece = request.pedal ? request.piece : { ...request.piece, pedal: undefined };
  const { name, type, chords, voices, beats } = request;
  return writeMidi(piece, { name, type, chords, voices, beats });
}

/** A window prepares a file when the pointer goes over a clip; most are never dragged. */
const MOST_PREPARED = 16;
const PREPARED_MS = 3600_000;

/**
 * Files for dragging out: written before the drag starts, each under a new name, told apart by a one-time ticket so
 * that no path ever goes through the window. What was prepared and not dragged goes again.
 */
export class DragFiles {
  readonly #folder: string;
  readonly #prepared: string;
  /** The names of the files by their tickets, oldest first. */
  readonly #tickets = new Map<string, string>();

  constructor(folder: string) {
    this.#folder = join(folder, 'drag');
    this.#prepared = join(this.#folder, 'prepared');
  }

  async prepare(request: ExportRequest): Promise<string> {
    const ticket = randomUUID();
    const name = safeFileName(request.name);
    await writeAtomically(join(this.#prepared, ticket, name), midiBytes(request));
    this.#tickets.set(ticket, name);
    for (const old of this.#tickets.keys()) {
      if (this.#tickets.size <= MOST_PREPARED) break;
      this.#tickets.delete(old);
      await remove(join(this.#prepared, old));
    }
    return ticket;
  }

  /** The file of a ticket, once: it stays where it is for a while, as a DAW may go on reading it there. */
  take(ticket: string): string {
    const name = this.#tickets.get(ticket);
    if (!name) throw new AffettoError('That drag was not prepared. Press the clip again.');
    this.#tickets.delete(ticket);
    const dragged = join(this.#folder, ticket);
    renameSync(join(this.#prepared, ticket), dragged);
    return join(dragged, name);
  }

  async sweep(): Promise<void> {
    await removeOlder(this.#folder, KEEP_MS);
    await removeOlder(this.#prepared, PREPARED_MS);
  }
}

async function removeOlder(folder: string, ms: number): Promise<void> {
  for (const entry of await readdir(folder).catch(() => [])) {
    const path = join(folder, entry);
    const { mtimeMs } = await stat(path);
    if (Math.abs(Date.now() - mtimeMs) > ms) await remove(path);
  }
}

const remove = (path: string): Promise<void> => rm(path, { recursive: true, force: true });
