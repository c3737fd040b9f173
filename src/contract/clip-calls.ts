import type { Piece } from '../model/music/piece.ts';
import {
  boolean,
  type Infer,
  integer,
  object,
  oneOf,
  optional,
  partialRecord,
  text,
} from '../model/validate.ts';
import { nameSchema, pieceSchema, type Reading } from './document.ts';
import { ALL_ELEMENTS } from './elements.ts';
import { correctionSchema, type Decision, FILE_ID } from './import-source.ts';

/** The largest MIDI file accepted, in bytes. */
export const MAX_FILE_BYTES = 8 * 1024 * 1024;

const base64 = text(Math.ceil((MAX_FILE_BYTES * 4) / 3) + 8, /^[A-Za-z0-9+/]*={0,2}$/);

export const transferSchema = object({
  piece: pieceSchema,
  sources: partialRecord(ALL_ELEMENTS, object({ piece: pieceSchema, amount: integer(0, 100) })),
});
export type TransferRequest = Infer<typeof transferSchema>;

export const exportSchema = object({
  name: nameSchema,
  piece: pieceSchema,
  type: oneOf([0, 1]),
  chords: boolean,
  pedal: boolean,
  /** Bars and tempo: the file's own (unless said), or the beats that were found; notes keep their times. */
  beats: optional(oneOf(['file', 'piece'])),
});

export const fileName = text(255);
export const importSchema = object({ fileName, base64, correction: optional(correctionSchema) });
export type ImportFile = Infer<typeof importSchema>;
export const correctSchema = object({
  fileId: text(40, FILE_ID),
  fileName,
  correction: correctionSchema,
});

export interface Imported extends Decision {
  name: string;
  piece: Piece;
  heard: Reading | null;
  /** The file in the host's keeping, to be read again with corrections; null when it could not be kept. */
  fileId: string | null;
}

export interface MidiFile {
  fileName: string;
  base64: string;
}
