import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
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
  return writeMidi(piece, { name: request.name, type: request.type, chords: request.chords });
}

/**
 * Files for dragging out: written before the drag starts, each under a new name, told apart by a one-time ticket so
 * that no path ever goes through the window.
 */
export class DragFiles {
  readonly #folder: string;
  readonly #tickets = new Map<string, string>();

  constructor(folder: string) {
    this.#folder = join(folder, 'drag');
  }

  async prepare(request: ExportRequest): Promise<string> {
    const ticket = randomUUID();
    const folder = join(this.#folder, ticket);
    const path = join(folder, safeFileName(request.name));
    await mkdir(folder, { recursive: true });
    await writeAtomically(path, midiBytes(request));
    this.#tickets.set(ticket, path);
    return ticket;
  }

  take(ticket: string): string {
    const path = this.#tickets.get(ticket);
    if (!path) throw new AffettoError('That drag was not prepared. Press the clip again.');
    return path;
  }

  async sweep(): Promise<void> {
    for (const entry of await readdir(this.#folder).catch(() => [])) {
      const path = join(this.#folder, entry);
      const age = Date.now() - (await stat(path)).mtimeMs;
      if (age > KEEP_MS) await rm(path, { recursive: true, force: true });
    }
  }
}
