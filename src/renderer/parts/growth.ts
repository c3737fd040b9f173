import type { Ask, Clip, Emotion } from '../../contract/document.ts';
import { ALL_ELEMENTS } from '../../contract/elements.ts';
import { cutPiece } from '../../model/music/cut-piece.ts';
import { insertBars } from '../../model/music/parts.ts';
import type { Key, Piece } from '../../model/music/piece.ts';
import { barStarts } from '../edit/bars.ts';
import { emotionPerBar } from '../emotion/path.ts';
import type { Renewal } from '../session/requests.ts';
import type { Placed } from './arrangement.ts';

/** What new bars of a clip, and of the song, are asked for. */
export interface Growth {
  /** Bars are put before this bar; at the number of bars, behind the last. */
  readonly at: number;
  readonly bars: number;
  /** As the pad says (along its path, if there is one), or as the music beside them feels. */
  readonly feeling: 'asked' | 'clip';
  /** Whether new bars at the end bring the music to a close. */
  readonly ends: boolean;
  readonly takes: number;
}

/** New bars go on in the tempo that is there. */
const WRITTEN = ALL_ELEMENTS.filter((element) => element !== 'tempo');

/** The clip's own tempo, key and texture go on: only what holds anywhere is asked for. */
export const askForPart = (ask: Ask, takes: number, ends: boolean): Ask => ({
  ...ask,
  chords: ask.chords === 'typed' ? 'typed' : 'free',
  tempo: null,
  follow: 'none',
  key: null,
  takes,
  ending: ends ? 'brief' : 'none',
});

/** The clip with room for new bars, and what each bar is to feel like. */
export function growthOf(clip: Clip, { at, bars, feeling }: Growth, ask: Ask): Renewal {
  const piece = insertBars(clip.piece, at, bars);
  const count = clip.piece.barBeats.length;
  const feels = Array.from({ length: count }, (_, bar) => feltIn(clip, bar) ?? ask.emotion);
  const beside = feels[Math.min(count - 1, Math.max(0, at - 1))] ?? ask.emotion;
  const fresh =
    feeling === 'clip'
      ? Array.from({ length: bars }, () => clip.heard?.emotion ?? beside)
      : emotionPerBar(ask.emotion, ask.path, bars);
  const emotions = [...feels.slice(0, at), ...fresh, ...feels.slice(at)];
  return { clip, elements: WRITTEN, fromBar: at, toBar: at + bars, piece, emotions };
}

const feltIn = (clip: Clip, bar: number): Emotion | undefined => clip.heard?.bars[bar] ?? clip.asked?.[bar];

/** Bars of the song that are read around a section that is written. */
const BEFORE = 16;
const AFTER = 4;

/**
 * A section of the song with the music around it. Where its bars are written anew they are emptied; a variant keeps their
 * chords. Null where there is no music at all that it could go on from.
 */
export function sectionRenewal(
  placed: readonly Placed[],
  whole: Piece,
  id: string,
  asked: readonly Emotion[],
  way: 'anew' | 'variant',
): Renewal | null {
  const index = placed.findIndex(({ section }) => section.id === id);
  const here = placed[index];
  const clip =
    here?.clip ?? (placed[index - 1] ?? placed[index + 1])?.clip ?? placed.find((one) => one.clip)?.clip;
  if (!here || !clip) return null;
  const { startBar, bars } = here;
  const from = Math.max(0, startBar - BEFORE);
  const to = Math.min(whole.barBeats.length, startBar + bars + AFTER);
  const cut = { ...cutPiece(whole, from, to), key: keyFor(placed, index) };
  const [fromBar, toBar] = [startBar - from, startBar - from + bars];
  return {
    clip,
    elements: way === 'anew' ? WRITTEN : WRITTEN.filter((element) => element !== 'chord'),
    fromBar,
    toBar,
    piece: way === 'anew' ? emptied(cut, fromBar, toBar) : cut,
    section: id,
    emotions: asked.slice(from, to),
  };
}

/** Its own key where it has music, else that of the music before it, else of what comes. */
function keyFor(placed: readonly Placed[], index: number): Key {
  const own = placed[index].clip;
  const before = placed.slice(0, index).findLast(({ clip }) => clip)?.clip;
  const after = placed.slice(index).find(({ clip }) => clip)?.clip;
  if (own) return own.piece.key;
  return before?.piece.keys?.at(-1)?.key ?? (before ?? after)?.piece.key ?? placed[index].piece.key;
}

/** Without the notes and the pedal of bars [from, to). */
function emptied(piece: Piece, from: number, to: number): Piece {
  const starts = barStarts(piece);
  const inside = (step: number): boolean => step >= starts[from] * 4 && step < starts[to] * 4;
  return {
    ...piece,
    notes: piece.notes.filter(({ step }) => !inside(step)),
    ...(piece.pedal && { pedal: piece.pedal.filter(({ startStep }) => !inside(startStep)) }),
  };
}
