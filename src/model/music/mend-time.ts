import { largest } from '../lists.ts';
import type { HeldKey, HeldPedal } from './keys-held.ts';
import type { PassedOver } from './passed-over.ts';
import { TempoMap } from './tempo-map.ts';

interface Times {
  /** Ticks are changed in place. */
  readonly keys: readonly HeldKey[];
  readonly pedals: readonly HeldPedal[];
  readonly tempos: readonly { tick: number; microseconds: number }[];
  readonly ticksPerBeat: number;
}

/** Slower than this no music is; a damaged tempo is. */
const SLOWEST_BPM = 8;
/** A silence of this length in the midst of music is a damaged time. */
const LONGEST_SILENCE_SECONDS = 20 * 60;
/** A file of fewer notes is too short to say what is odd in it. */
const FEWEST_NOTES = 50;
const MOST_SILENCES = 3;

/**
 * One damaged byte can stretch a short file to days. Where a file of many notes is longer than `mostHours`, tempos that no music
 * has and the few silences that no music has are taken out; what is still too long is left as it is.
 */
export function mendTime(times: Times, mostHours: number, passedOver: PassedOver): Pick<Times, 'tempos'> {
  const { keys, tempos } = times;
  if (keys.length < FEWEST_NOTES || hours(times) <= mostHours) return { tempos };
  const likely = tempos.filter(({ microseconds }) => 60e6 / microseconds >= SLOWEST_BPM);
  if (likely.length < tempos.length) {
    passedOver.add('tempos that are too slow to be meant', tempos.length - likely.length);
    if (hours({ ...times, tempos: likely }) <= mostHours) return { tempos: likely };
  }
  closeSilences({ ...times, tempos: likely }, passedOver);
  return { tempos: likely };
}

function hours({ keys, tempos, ticksPerBeat }: Times): number {
  const map = new TempoMap(tempos, ticksPerBeat);
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (const key of keys) {
    first = Math.min(first, key.startTick);
    last = Math.max(last, key.endTick);
  }
  return (map.seconds(last) - map.seconds(first)) / 3600;
}

function closeSilences({ keys, pedals, tempos, ticksPerBeat }: Times, passedOver: PassedOver): void {
  const map = new TempoMap(tempos, ticksPerBeat);
  const starts = [...new Set(keys.map((key) => key.startTick))].sort((a, b) => a - b);
  const silences: { from: number; ticks: number }[] = [];
  for (let i = 1; i < starts.length; i++) {
    if (map.seconds(starts[i]) - map.seconds(starts[i - 1]) > LONGEST_SILENCE_SECONDS)
      silences.push({ from: starts[i - 1], ticks: starts[i] - starts[i - 1] - 4 * ticksPerBeat });
  }
  // What is held beyond the last stroke for so long was never let go.
  const end = starts[starts.length - 1] + 16 * ticksPerBeat;
  const isHeld =
    map.seconds(largest(keys.map((key) => key.endTick))) - map.seconds(end) > LONGEST_SILENCE_SECONDS;
  if ((silences.length === 0 && !isHeld) || silences.length > MOST_SILENCES) return;
  passedOver.add('silences that are too long to be meant', silences.length + (isHeld ? 1 : 0));
  const closed = (tick: number): number => {
    const held = isHeld ? Math.min(tick, end) : tick;
    return silences.reduce(
      (at, { from, ticks }) => (tick >= from + ticks ? at - ticks : tick > from ? Math.min(at, from) : at),
      held,
    );
  };
  for (const key of keys) {
    key.startTick = closed(key.startTick);
    key.endTick = Math.max(key.startTick, closed(key.endTick));
    key.soundTick = Math.max(key.endTick, closed(key.soundTick));
  }
  for (const pedal of pedals) {
    pedal.startTick = closed(pedal.startTick);
    pedal.endTick = closed(pedal.endTick);
  }
}
