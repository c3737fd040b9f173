import type { Ask, Clip, Emotion, ProjectDocument } from '../../contract/document.ts';
import type { AnyElement } from '../../contract/elements.ts';
import { hundredth } from '../emotion/pad-geometry.ts';
import type { Renewal } from '../session/requests.ts';

/** How far the emotion is asked to go. */
const STEP = 0.5;
/** A step that cannot be told is no use: more candidates are written than usual, and the nearest of them is kept. */
const BEST_OF = 6;

export interface Nudge {
  readonly word: string;
  readonly valence: number;
  readonly arousal: number;
  /** What of the music carries this side of emotion, and is written anew; the rest stays. */
  readonly elements: readonly AnyElement[];
  /** What of the music stays, in words. */
  readonly keeps: string;
}

const HARMONY: readonly AnyElement[] = ['chord', 'pitch'];
const MOTION: readonly AnyElement[] = ['tempo', 'barBeat', 'type', 'duration', 'velocity'];

/** Four steps on the plane: the harmony for pleasant and unpleasant, the motion for energy. */
export const NUDGES: readonly Nudge[] = [
  { word: 'darker', valence: -STEP, arousal: 0, elements: HARMONY, keeps: 'rhythm and touch' },
  { word: 'brighter', valence: STEP, arousal: 0, elements: HARMONY, keeps: 'rhythm and touch' },
  { word: 'calmer', valence: 0, arousal: -STEP, elements: MOTION, keeps: 'the chords' },
  { word: 'livelier', valence: 0, arousal: STEP, elements: MOTION, keeps: 'the chords' },
];

/**
 * What a step asks for: from where the clip is heard, one step on, in the elements that carry it. null where all of them are
 * locked.
 */
export function nudged(
  nudge: Nudge,
  clip: Clip,
  doc: ProjectDocument,
  bars: { readonly from: number; readonly to: number } | null,
): { ask: Ask; renewal: Renewal } | null {
  const elements = nudge.elements.filter((element) => doc.locks[element] !== true);
  if (elements.length === 0) return null;
  const was = whereIs(clip, doc);
  const emotion = {
    valence: hundredth(was.valence + nudge.valence),
    arousal: hundredth(was.arousal + nudge.arousal),
  };
  const settings = clip.ask ?? doc.ask;
  // The clip's own chords, tempo and limits were asked for then: what is written anew now is free to go where it is sent.
  const ask: Ask = {
    ...settings,
    emotion,
    path: null,
    chords: 'free',
    tempo: null,
    follow: 'none',
    takes: 1,
    bestOf: BEST_OF,
  };
  const [fromBar, toBar] = bars ? [bars.from, bars.to] : [0, clip.piece.barBeats.length];
  return { ask, renewal: { clip, elements, fromBar, toBar } };
}

function whereIs(clip: Clip, doc: ProjectDocument): Emotion {
  return clip.heard?.emotion ?? clip.asked?.[0] ?? doc.ask.emotion;
}
