/** Where bars lie among beats; both count from 0. */
export interface Metre {
  beatsOf(bar: number): number;
  /** The first beat of a bar. */
  startOf(bar: number): number;
  placeOf(beat: number): Place;
}

interface Place {
  readonly bar: number;
  /** Of the bar. */
  readonly beat: number;
}

/** Bars that are all alike. */
export const evenMetre = (beats: number): Metre => ({
  beatsOf: () => beats,
  startOf: (bar) => bar * beats,
  placeOf: (beat) => ({ bar: Math.floor(beat / beats), beat: beat % beats }),
});

/** Given bars; what follows them is as the last. */
export function metreOf(barBeats: readonly number[]): Metre {
  const starts = [0];
  for (const beats of barBeats) starts.push(starts[starts.length - 1] + beats);
  const last = barBeats[barBeats.length - 1];
  const [bars, end] = [barBeats.length, starts[starts.length - 1]];
  return {
    beatsOf: (bar) => barBeats[bar] ?? last,
    startOf: (bar) => starts[bar] ?? end + (bar - bars) * last,
    placeOf(beat) {
      if (beat >= end) return { bar: bars + Math.floor((beat - end) / last), beat: (beat - end) % last };
      const bar = starts.findLastIndex((start) => start <= beat);
      return { bar, beat: beat - starts[bar] };
    },
  };
}
