import type { GenerateRequest } from '../../contract/contract.ts';
import {
  type Ask,
  type Clip,
  type Emotion,
  MAX_ASKED_BARS,
  type ProjectDocument,
  type Renewed,
} from '../../contract/document.ts';
import { ALL_ELEMENTS, type AnyElement } from '../../contract/elements.ts';
import { insertBars } from '../../model/music/parts.ts';
import type { Piece } from '../../model/music/piece.ts';
import { emotionPerBar } from '../emotion/path.ts';
import { resolveAsk } from '../generate/resolve-ask.ts';

/** The part of a clip that is written anew; everything else of it stays. */
export interface Renewal {
  readonly clip: Clip;
  readonly elements: readonly AnyElement[];
  readonly fromBar: number;
  readonly toBar: number;
  /** The clip's music with room for bars that it does not have; absent: as it is. */
  readonly piece?: Piece;
  /** The section of the song that the bars are for. */
  readonly section?: string;
  /** Emotions of all bars, those that stay included; absent: as the ask says, over the clip. */
  readonly emotions?: readonly Emotion[];
}

/** What Generate would write anew of the current clip: where bars are chosen or elements locked. null: all is new. */
export function renewalOf(
  doc: ProjectDocument,
  bars: { readonly from: number; readonly to: number } | null,
): Renewal | null {
  const clip = doc.clips.find(({ id }) => id === doc.currentId);
  if (!clip || !(bars || ALL_ELEMENTS.some((element) => doc.locks[element]))) return null;
  const kept = (element: AnyElement): boolean =>
    doc.locks[element] === true || (element === 'chord' && doc.ask.chords === 'keep');
  return {
    clip,
    elements: ALL_ELEMENTS.filter((element) => !kept(element)),
    fromBar: bars?.from ?? 0,
    toBar: bars?.to ?? clip.piece.barBeats.length,
  };
}

export interface RequestOptions {
  readonly projectId: string;
  readonly seed: number;
  /** The clip that is shown, for what follows or keeps something of it. */
  readonly piece: Piece | null;
  readonly dawBpm: number | null;
}

/** A request that stands for itself: tempo, chords and the emotion of each bar are looked up now. */
export function requestFor(ask: Ask, renewal: Renewal | null, options: RequestOptions): GenerateRequest {
  const { projectId, seed, piece, dawBpm } = options;
  const bars = Math.min(MAX_ASKED_BARS, renewal ? renewal.clip.piece.barBeats.length : ask.bars);
  const context = { piece, dawBpm, rewrites: renewal !== null };
  return {
    projectId,
    ask: resolveAsk({ ...ask, bars }, context),
    bars: renewal?.emotions ? [...renewal.emotions] : emotionPerBar(ask.emotion, ask.path, bars),
    seed,
    base: renewal && {
      clipId: renewal.clip.id,
      piece: renewal.piece ?? renewal.clip.piece,
      renew: [...renewal.elements],
      fromBar: renewal.fromBar,
      toBar: renewal.toBar,
      ...(renewal.section ? { section: renewal.section } : renewal.piece ? { added: true } : {}),
    },
  };
}

/** Room for the same bars again, in the clip as it is now. */
function regrown(clip: Clip, { fromBar, toBar, elements }: Renewed, emotions: Clip['asked']): Renewal {
  const count = toBar - fromBar;
  const at = Math.min(fromBar, clip.piece.barBeats.length);
  const piece = insertBars(clip.piece, at, count);
  return { clip, elements, fromBar: at, toBar: at + count, piece, ...(emotions && { emotions }) };
}

/** The first seed after a clip's own that no take of the song has. */
export function nextSeed(clip: Clip, clips: readonly Clip[]): number {
  const used = new Set(clips.map(({ seed }) => seed));
  let seed = clip.seed ?? 0;
  do seed = (seed + 1) % 2 ** 32;
  while (used.has(seed));
  return seed;
}

/** What the clip that a take was partly written from lends again; null where that clip is gone. */
export function renewalAgain({ renewed, asked }: Clip, clips: readonly Clip[]): Renewal | null {
  const clip = renewed && clips.find(({ id }) => id === renewed.clipId);
  if (!clip) return null;
  if (renewed.added) return regrown(clip, renewed, asked);
  const toBar = Math.min(renewed.toBar, clip.piece.barBeats.length);
  return { clip, elements: renewed.elements, fromBar: Math.min(renewed.fromBar, toBar - 1), toBar };
}
