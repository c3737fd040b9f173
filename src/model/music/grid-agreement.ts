import { largest } from '../lists.ts';
import { type BeatLine, beatAt } from './beat-line.ts';

/** Of a file's beat: how far beside it a found one may lie. */
const TOLERANCE = 0.08;
const FEWEST_BEATS = 12;
/** Share of beats that must agree for the file's grid to be as likely as not. */
const EVEN_SHARE = 0.85;
const SLOPE = 0.03;

/**
 * How likely a file's grid is by beats that were found without it: by the share of those that lie on its beats, at half, the same
 * or twice their pace. Beats of another tempo cross the grid and agree by chance in a sixth of the cases.
 */
export function agreement(beatTimes: readonly number[], line: BeatLine): number {
  if (beatTimes.length < FEWEST_BEATS) return 0;
  const places = beatTimes.map((seconds) => beatAt(line.seconds, seconds));
  const steps = places.slice(1).map((place, i) => place - places[i]);
  const pace = [...steps].sort((a, b) => a - b)[steps.length >> 1];
  const share = [0.5, 1, 2].map((step) => {
    if (Math.abs(pace / step - 1) > TOLERANCE) return 0;
    const unit = Math.min(1, step);
    const on = places.filter(
      (place) => Math.abs(place / unit - Math.round(place / unit)) * unit <= TOLERANCE,
    );
    return on.length / places.length;
  });
  return 1 / (1 + Math.exp(-(largest(share) - EVEN_SHARE) / SLOPE));
}
