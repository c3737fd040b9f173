import type { Piece } from './piece.ts';

/** Start of each bar and the end of the last, in seconds. */
export function barTimes({ barBeats, tempos }: Piece): number[] {
  const times = [0];
  let [end, beat, seconds, next, bpm] = [0, 0, 0, 0, 120];
  for (const beats of barBeats) {
    end += beats;
    // Tempo changes may fall between beats.
    while (beat < end) {
      while (next < tempos.length && tempos[next].beat <= beat) bpm = tempos[next++].bpm;
      const until = Math.min(end, tempos[next]?.beat ?? end);
      seconds += ((until - beat) * 60) / bpm;
      beat = until;
    }
    times.push(seconds);
  }
  return times;
}
