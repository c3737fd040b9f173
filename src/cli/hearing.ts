import type { EmotionRecogniser, Quadrant } from '../model/emotion/recogniser.ts';
import type { BeatTracker } from '../model/music/beat-tracker.ts';
import type { TimedNote } from '../model/music/song.ts';
import type { VoiceTagger } from '../model/voices/tagger.ts';
import { installedBeatTracker, installedRecogniser, installedVoiceTagger } from './installed.ts';

export interface HeardEmotion {
  /** -1 (negative, calm) to 1 (positive, excited). */
  readonly valence: number;
  readonly arousal: number;
  readonly quadrant: Quadrant;
  /** The same of each bar. */
  readonly perBar: readonly { readonly valence: number; readonly arousal: number }[];
}

/** The trained listeners; each is undefined where its weights are not installed. */
export interface Hearing {
  readonly beatTracker?: BeatTracker;
  readonly voiceTagger?: VoiceTagger;
  /** Emotion of notes, whole and in bars; `barTimes` holds the start of each bar and the end of the last, in seconds. */
  readonly recognise?: (notes: readonly TimedNote[], barTimes: readonly number[]) => HeardEmotion;
}

/** Loads what is installed; `say` is told what is missing. Throws an input error that names a damaged file. */
export async function loadHearing(say: (line: string) => void): Promise<Hearing> {
  return {
    beatTracker: await installedBeatTracker(),
    voiceTagger: await installedVoiceTagger(),
    ...(await loadRecogniser(say)),
  };
}

/** Only what hears emotion, for music whose beats are known. */
export async function loadRecogniser(say: (line: string) => void): Promise<Pick<Hearing, 'recognise'>> {
  const recogniser = await installedRecogniser(say);
  return { recognise: recogniser && ((notes, barTimes) => hear(recogniser, notes, barTimes)) };
}

function hear(
  recogniser: EmotionRecogniser,
  notes: readonly TimedNote[],
  barTimes: readonly number[],
): HeardEmotion {
  const { valence, arousal, quadrant } = recogniser.recognise(notes);
  const perBar = hearBars(recogniser, notes, barTimes);
  return {
    valence: round(valence),
    arousal: round(arousal),
    quadrant,
    perBar: perBar.map((bar) => ({ valence: round(bar.valence), arousal: round(bar.arousal) })),
  };
}

/** A piano piece of two hours has some 80,000 notes; beyond this, bars are heard in groups, so that any file ends soon. */
const NOTES_HEARD_BY_BAR = 100_000;

function hearBars(recogniser: EmotionRecogniser, notes: readonly TimedNote[], barTimes: readonly number[]) {
  const bars = barTimes.length - 1;
  const together = Math.ceil(notes.length / NOTES_HEARD_BY_BAR);
  const starts = barTimes.filter((_, i) => i < bars && i % together === 0);
  const heard = recogniser.perBar(notes, [...starts, barTimes[bars]]);
  return Array.from({ length: bars }, (_, bar) => heard[Math.floor(bar / together)]);
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
