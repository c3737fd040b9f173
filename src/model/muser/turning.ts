import type { Emotion } from './emotion-embedding.ts';

/**
 * Music goes on as it began: in training the emotion of a piece hardly moves, so the bars before outweigh what is asked of
 * the next one. Guidance pushes the prior the harder, the further what is asked lies from what has been asked so far.
 */
const MOST_PUSH = 3;
/** Distance on the plane from which on it is pushed with all strength. */
const WHOLE_TURN = 0.5;
/** Beats after which half of what was felt is forgotten. */
const HALF_LIFE_BEATS = 16;
const SHARE_A_BEAT = 1 - 2 ** (-1 / HALF_LIFE_BEATS);

/** How much of the music so far was in major, after one more beat. */
export const majorAfter = (felt: number | null, isMajor: boolean): number =>
  felt === null ? Number(isMajor) : felt + SHARE_A_BEAT * (Number(isMajor) - felt);

/** From which share of the music so far on another mode counts as what the music has turned away from. */
const OTHER_MODE = 0.1;

/** To be added to the strength of guidance away from the other mode, after music of which `felt` was in major; 0 where it has settled. */
export function pushToMode(felt: number | null, isMajor: boolean): number {
  const away = felt === null ? 0 : Math.abs(Number(isMajor) - felt);
  return away < OTHER_MODE ? 0 : MOST_PUSH * Math.min(1, away / WHOLE_TURN);
}

/** What has been felt so far, after one more beat of an emotion. */
export const feltAfter = (felt: Emotion | null, { valence, arousal }: Emotion): Emotion =>
  felt
    ? {
        valence: felt.valence + SHARE_A_BEAT * (valence - felt.valence),
        arousal: felt.arousal + SHARE_A_BEAT * (arousal - felt.arousal),
      }
    : { valence, arousal };

/** To be added to the strength of guidance where an emotion is asked after what has been felt; 0 where nothing moves. */
export function pushTo(felt: Emotion | null, asked: Emotion): number {
  if (!felt) return 0;
  const away = Math.sqrt((asked.valence - felt.valence) ** 2 + (asked.arousal - felt.arousal) ** 2);
  return MOST_PUSH * Math.min(1, away / WHOLE_TURN);
}
