import type { Clip } from '../../contract/document.ts';
import { matchOf } from '../emotion/match.ts';
import { wordFor } from '../emotion/places.ts';
import { askWords } from '../generate/ask-text.ts';
import { choiceText } from '../generate/choice-text.ts';
import { meanTempo } from '../generate/resolve-ask.ts';
import { LANES, laneName } from '../lanes/lane-list.ts';
import { percent, pitchName, shortKeyName, signed } from '../shared/format.ts';

/** What is told of a clip beside another; each as it is read, '–' where there is nothing to tell. */
export interface ClipFacts {
  readonly heard: string;
  readonly match: string;
  readonly notesPerBar: string;
  readonly velocity: string;
  readonly key: string;
  readonly range: string;
  readonly tempo: string;
  readonly asked: string;
}

const NONE = '–';

export function factsOf(clip: Clip): ClipFacts {
  const { piece, heard } = clip;
  const { notes } = piece;
  const match = matchOf(clip.asked, heard);
  const pitches = notes.map(({ pitch }) => pitch);
  const name = (pitch: number): string => pitchName(pitch, piece.key);
  const velocities = notes.reduce((sum, { velocity }) => sum + velocity, 0);
  return {
    heard: heard ? emotionText(heard.emotion) : NONE,
    match: match === null ? NONE : percent(match),
    notesPerBar: (notes.length / Math.max(1, piece.barBeats.length)).toFixed(1),
    velocity: notes.length > 0 ? String(Math.round(velocities / notes.length)) : NONE,
    key: shortKeyName(piece.key),
    range: notes.length > 0 ? `${name(lowest(pitches))}–${name(highest(pitches))}` : NONE,
    tempo: `${Math.round(meanTempo(piece))}`,
    asked: askedText(clip),
  };
}

const emotionText = (emotion: { valence: number; arousal: number }): string =>
  `${wordFor(emotion)} ${signed(emotion.valence)} ${signed(emotion.arousal)}`;

const lowest = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b));
const highest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b));

/** Everything a take was asked for and chosen by, in one line. */
export function askedText(clip: Clip): string {
  const { seed, chosen } = clip;
  const words = [wantedText(clip)];
  if (seed !== undefined) words.push(`seed ${seed}`);
  if (chosen) words.push(choiceText(chosen));
  return words.join(' · ');
}

/** What a take was asked for, without the seed. */
export function wantedText({ asked, ask, renewed, kind }: Clip): string {
  if (!asked || asked.length === 0)
    return kind === 'import' ? 'nothing: it was imported' : 'nothing is known';
  const moves = ask?.path ? `a path from ${wordFor(asked[0])} to ${wordFor(asked[asked.length - 1])}` : null;
  const words = [moves ?? emotionText(asked[0]), ...(ask ? askWords(ask) : [])];
  if (renewed) {
    const lanes = renewed.elements.map((element) => laneName(element).toLowerCase());
    const what = lanes.length === LANES.length ? 'all' : lanes.join(', ');
    words.push(`${what} anew in bars ${renewed.fromBar + 1}–${renewed.toBar}`);
  }
  return words.join(' · ');
}
