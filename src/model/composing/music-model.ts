import type { Conditions, ModeConfig } from '../muser/conditions.ts';
import type { Emotion } from '../muser/emotion-embedding.ts';
import type { Feeling } from '../muser/feeling-line.ts';
import type { GeneratedTake } from '../muser/generate.ts';
import type { Guidance } from '../muser/plan.ts';
import type { Steering } from '../muser/steering.ts';
import type { Key, Piece } from '../music/piece.ts';
import type { WrittenBar } from '../tokens/read-bar.ts';
import type { Element, Words } from '../tokens/vocabulary.ts';
import type { BarJudge, Choosing } from './bar-judge.ts';

/** A model that writes music, whatever its words are: what the app asks of it. */
export interface MusicModel {
  readonly config: ModeConfig & { readonly name: string };
  readonly engine: { readonly name: string };
  /** Its notes say how they are struck beside the grid, and which voice they are. */
  readonly isPlayed: boolean;
  /** Chooses among candidates as the music is written; null or absent: whole takes are compared. */
  readonly barJudge?: BarJudge | null;
  /** How strongly the emotion is enforced at an intensity: 0 (a hint), 1 (as the weights suggest), 2 (insist). */
  guidanceOf(intensity: number): Guidance;
  /** Whole pieces of exactly `conditions.bars` bars, side by side: what a seed gives does not depend on its neighbours. */
  write(
    conditions: Conditions & { readonly bars: number },
    seeds: readonly number[],
    options?: WriteOptions,
  ): Promise<GeneratedTake[]>;
  /** The same bar by bar, without an end where `conditions.bars` is null; null for a piece that has ended. */
  stream(
    conditions: Conditions,
    seeds: readonly number[],
    options?: WriteOptions,
  ): AsyncGenerator<readonly (StreamedBar | null)[]>;
  /** Part of a piece anew, once for each seed. */
  renew(job: RenewJob, seeds: readonly number[], options?: WriteOptions): Promise<RenewedPart[]>;
  /** A piece with some elements of others. */
  transfer(job: TransferPiece, options?: WriteOptions): Promise<Piece>;
  /** Music without an end that turns with the feeling. Throws an input error for conditions out of range. */
  live(options: LiveOptions): Promise<LiveMusic>;
  /** What each element of a piece is on the whole: the mean of its slices over the beats; none where a model has no slices of beats. */
  meanSlices(piece: Piece): Promise<ReadonlyMap<Element, readonly number[]>>;
  dispose(): void;
}

export interface WriteOptions {
  /** Multiplies every temperature. */
  readonly temperature?: number;
  readonly priorGuidance?: number;
  readonly decoderGuidance?: number;
  readonly signal?: AbortSignal;
  /** Awaited at bar lines, so that a host's thread can hear a cancel in between. */
  readonly breathe?: () => Promise<void>;
  /** Told of every word as it is chosen. */
  readonly onWord?: (lane: number, word: Uint8Array) => void;
  /** After each bar: bars done of all. */
  readonly onBar?: (done: number, total: number) => void;
  /** Of `write`: chooses as the music is written; models of the first format do not. */
  readonly choosing?: Choosing;
}

export interface StreamedBar {
  readonly key: Key;
  readonly bar: WrittenBar;
  /** As the model wrote them. */
  readonly words: readonly (readonly number[])[];
}

/** Bars of a piece to be written anew; bars count from the piece's first. */
export interface RenewJob {
  readonly piece: Piece;
  /** Bars [first, last) are read, and of them [fromBar, toBar) written anew in these elements; everything else stays. */
  readonly first: number;
  readonly last: number;
  readonly fromBar: number;
  readonly toBar: number;
  readonly renew: ReadonlySet<Element>;
  /** Emotion of each bar from `first`; the last holds on. */
  readonly emotion: readonly Emotion[];
  /** False: the music goes on behind its last bar; absent: it closes there, if that bar is new. */
  readonly ends?: boolean;
  /** Limits that whatever is written anew keeps to; chords count from the piece's first bar. */
  readonly steering?: Steering;
}

export interface RenewedPart {
  readonly seed: number;
  /** Bars [first, last). */
  readonly piece: Piece;
  /** The new bars in the words of the first format. */
  readonly fresh: Words;
  /** Log probabilities (nats): of new words, a word; of new codes, and of kept ones beside and after them, a new beat. */
  readonly likelihood: { readonly words: number; readonly codes: number; readonly kept: number };
}

/** One piece with some elements from elsewhere; none = plain reconstruction. */
export interface TransferPiece {
  readonly piece: Piece;
  /** Each: the other piece, and how far to go there (0..1). */
  readonly sources: Partial<Readonly<Record<Element, { readonly piece: Piece; readonly amount: number }>>>;
  /** What the result should feel like; null = untold. */
  readonly emotion: Emotion | null;
  readonly seed: number;
  /**
   * True: elements without a source keep their words exactly, save that notes follow the chords; with the rhythm from elsewhere
   * only chord and tempo are kept. False: everything is written from the codes.
   */
  readonly keep: boolean;
}

export interface LiveOptions extends WriteOptions {
  /** As for a take, but without an end; the emotion it begins with. */
  readonly conditions: Omit<Conditions, 'bars' | 'emotion'> & { readonly emotion: Emotion };
  readonly seed: number;
  /** How many of the bars last written may be asked for again. */
  readonly remembers: number;
}

/** Bar `bar` (from 0) is wanted under this feeling; with `fromBeat` only from that beat on, the beats before it as before. */
export interface LiveTurn {
  readonly bar: number;
  readonly fromBeat?: number;
  readonly feeling: Feeling;
}

/** Bar by bar; a bar not long written may be asked for again, and what followed it is forgotten. The same turns give the same music. */
export interface LiveMusic {
  readonly key: Key;
  /** Fails for a bar that lies further back than is remembered. Each bar tells its tempo and chord at its start. */
  bar(turn: LiveTurn): Promise<WrittenBar>;
  dispose(): void;
}
