import type { MidiSong } from '../../src/model/music/song.ts';

/** Beats that a file's own tempo map states, in seconds. */
export interface KnownBeats {
  readonly times: readonly number[];
  /** Place in the bar of each beat, 0 = downbeat. */
  readonly places: readonly number[];
}

const SLACK_SECONDS = 0.03;

/**
 * The beats of a Pop1k7 file: every quarter note from the first note to the last onset, a downbeat at each multiple of four
 * from tick 0. What lies before the first note is filler, and the second time signature puts the bar lines in the wrong place.
 */
export function knownBeats(song: MidiSong): KnownBeats {
  const first = song.notes[0].startSeconds - SLACK_SECONDS;
  const last = song.notes[song.notes.length - 1].startSeconds + SLACK_SECONDS;
  const times: number[] = [];
  const places: number[] = [];
  let tempo = 0;
  for (let beat = 0; ; beat++) {
    const tick = beat * song.ticksPerBeat;
    while (tempo + 1 < song.tempos.length && song.tempos[tempo + 1].tick <= tick) tempo++;
    const { seconds, tick: from, bpm } = song.tempos[tempo];
    const time = seconds + ((tick - from) / song.ticksPerBeat) * (60 / bpm);
    if (time > last) break;
    if (time < first) continue;
    times.push(time);
    places.push(beat % 4);
  }
  return { times, places };
}

/** True for each interval between beats that is odd: above 1.7 or below 0.6 of the median, so likely a tracking slip. */
export function oddIntervals(times: readonly number[]): boolean[] {
  const gaps = times.slice(1).map((time, i) => time - times[i]);
  const median = [...gaps].sort((a, b) => a - b)[gaps.length >> 1] ?? 0;
  return gaps.map((gap) => gap > 1.7 * median || gap < 0.6 * median);
}
