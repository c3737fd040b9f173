import type {
  EngineState,
  GenerateRequest,
  Imported,
  ImportFile,
  LatentMap,
  Settings,
  Take,
  TransferRequest,
} from '../../contract/contract.ts';
import type { Ask, Reading } from '../../contract/document.ts';
import type { LiveEmotion } from '../../contract/live.ts';
import type { Key, Piece } from '../../model/music/piece.ts';
import type { WrittenBar } from '../../model/tokens/read-bar.ts';
import type { Beat, ProcessLink } from '../process/link.ts';

/**
 * What the host and the inference process say to each other: plain JSON, every request with an id, several
 * messages in answer, exactly one of them `result` or `error`.
 */
export interface Requests {
  generate: { params: GenerateRequest; result: { cancelled: boolean } };
  import: { params: ImportFile; result: Omit<Imported, 'fileId'> };
  transfer: { params: TransferRequest; result: { piece: Piece; heard: Reading | null } };
  recognise: { params: { piece: Piece }; result: Reading };
  map: { params: object; result: LatentMap };
  place: { params: { piece: Piece }; result: Partial<Record<string, [number, number]>> };
  /** One at a time: opening another closes the one before. A key that is given is kept, whatever the ask says. */
  'live.open': { params: { ask: Ask; seed: number; key: Key | null }; result: { key: Key; model: string } };
  'live.bar': { params: LiveBarRequest; result: WrittenBar };
  'live.close': { params: object; result: object };
  configure: { params: Pick<Settings, 'engine' | 'model'>; result: EngineState };
}
export interface LiveBarRequest extends LiveEmotion {
  /** From 0; a bar not older than the longest look-ahead may be asked for again. */
  bar: number;
  /** Only the rest from this beat on; the beats before stay as they were. */
  fromBeat?: number;
}
export type RequestName = keyof Requests;

export type ToService = { id: number; request: RequestName; params: unknown } | { id: number; cancel: true };

export interface Progress {
  words: number;
  wordsPerSecond: number;
  /** 0..1 of the whole job. */
  part: number;
}

export type FromService =
  | { id: number; progress: Progress }
  | { id: number; take: Take }
  | { id: number; result: unknown }
  | { id: number; error: { message: string; kind: 'input' | 'failure' } }
  | { state: EngineState };

/** The line to the inference process, before it is watched over. */
export type InferenceLine = ProcessLink<ToService | Beat, FromService | Beat>;
