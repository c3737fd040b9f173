import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AffettoError } from '../../src/model/error.ts';
import type { Key, Piece } from '../../src/model/music/piece.ts';
import { indexBars } from '../../src/model/tokens/bars.ts';
import { wordsToPiece } from '../../src/model/tokens/decode.ts';
import { returnDistances } from '../../src/model/tokens/form.ts';
import { cutBars } from '../../src/model/tokens/segment.ts';
import { WORD_WIDTH, type Words } from '../../src/model/tokens/vocabulary.ts';

/** One entry of a data set that `npm run research -- dataset` made. */
export interface Clip {
  readonly id: string;
  /** Clips of one song are never on both sides of a split. */
  readonly song: string;
  readonly split: 'train' | 'val';
  /** 1..4 where it is labelled. */
  readonly quadrant: number | null;
  readonly key: Key;
  readonly words: Words;
  readonly barBeats: readonly number[];
  /** True for whole songs; EMOPIA's clips are cut out of longer ones. */
  readonly whole: boolean;
}

/** A clip cut to its first bars. */
export interface Excerpt {
  readonly id: string;
  readonly quadrant: number | null;
  readonly key: Key;
  readonly words: Words;
  readonly barBeats: readonly number[];
  readonly form: readonly number[];
  /** True if the music comes to its end here. */
  readonly ends: boolean;
}

interface Listing {
  readonly songs: readonly {
    readonly id: string;
    readonly song: string;
    readonly split: 'train' | 'val';
    readonly quadrant?: number;
    readonly start: number;
    readonly length: number;
    readonly key: Key;
    readonly barBeats: readonly number[];
  }[];
}

/** Reads a source ('emopia' or 'pop1k7') from DIR or DIR/<source>; empty if it is not there. */
export function readSource(folder: string, source: string): Clip[] {
  const place = [folder, join(folder, source)].find((dir) => existsSync(join(dir, `${source}.json`)));
  if (!place) return [];
  const listing = parseListing(join(place, `${source}.json`));
  const words = readFileSync(join(place, `${source}.words.bin`));
  return listing.songs.map(({ start, length, quadrant, ...song }) => ({
    ...song,
    quadrant: quadrant ?? null,
    whole: source !== 'emopia',
    words: Uint8Array.from(words.subarray(start * WORD_WIDTH, (start + length) * WORD_WIDTH)),
  }));
}

function parseListing(path: string): Listing {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Listing;
  } catch (cause) {
    throw new AffettoError(
      `${path} cannot be read; make it again with npm run research -- dataset`,
      'input',
      { cause },
    );
  }
}

/** The first `bars` bars of a clip, or all if it has fewer. */
export function excerpt(clip: Clip, bars: number): Excerpt {
  const index = indexBars(clip.words);
  const count = Math.min(bars, index.starts.length);
  const words = cutBars(clip.words, index, 0, count);
  const { id, quadrant, key } = clip;
  return {
    id,
    quadrant,
    key,
    words,
    barBeats: index.beats.slice(0, count),
    form: returnDistances(words),
    ends: clip.whole && count === index.starts.length,
  };
}

export const pieceOf = ({ words, key }: { readonly words: Words; readonly key: Key }): Piece =>
  wordsToPiece(words, key);
