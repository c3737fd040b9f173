import type { SongTempo } from './song.ts';

/** Tempo where the file does not say: the MIDI default. */
export const DEFAULT_BPM = 120;

/** Turns ticks into seconds; built from tempo events in any order. */
export class TempoMap {
  readonly tempos: readonly SongTempo[];
  readonly ticksPerBeat: number;

  /** `events`: tick and microseconds a beat. The last of several at one tick counts; a tempo of zero is passed over. */
  constructor(events: readonly { tick: number; microseconds: number }[], ticksPerBeat: number) {
    this.ticksPerBeat = ticksPerBeat;
    const sorted = events.filter((event) => event.microseconds > 0).sort((a, b) => a.tick - b.tick);
    const tempos: SongTempo[] = [{ tick: 0, seconds: 0, bpm: DEFAULT_BPM }];
    for (const event of sorted) {
      const last = tempos[tempos.length - 1];
      const bpm = 60e6 / event.microseconds;
      if (event.tick === last.tick) tempos[tempos.length - 1] = { ...last, bpm };
      else tempos.push({ tick: event.tick, seconds: secondsFrom(last, event.tick, ticksPerBeat), bpm });
    }
    this.tempos = tempos;
  }

  /** Seconds from the start of the file to a tick. */
  seconds(tick: number): number {
    return secondsFrom(
      this.#inForce((tempo) => tempo.tick <= tick),
      tick,
      this.ticksPerBeat,
    );
  }

  /** The tick, with its fraction, at which a time in seconds lies. */
  tick(seconds: number): number {
    const tempo = this.#inForce((one) => one.seconds <= seconds);
    return tempo.tick + (seconds - tempo.seconds) * (tempo.bpm / 60) * this.ticksPerBeat;
  }

  #inForce(isBefore: (tempo: SongTempo) => boolean): SongTempo {
    let low = 0;
    let high = this.tempos.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (isBefore(this.tempos[middle])) low = middle;
      else high = middle - 1;
    }
    return this.tempos[low];
  }
}

/** The map of a song that was read. */
export const mapOfSong = (song: {
  readonly tempos: readonly SongTempo[];
  readonly ticksPerBeat: number;
}): TempoMap =>
  new TempoMap(
    song.tempos.map(({ tick, bpm }) => ({ tick, microseconds: 60e6 / bpm })),
    song.ticksPerBeat,
  );

function secondsFrom(tempo: SongTempo, tick: number, ticksPerBeat: number): number {
  return tempo.seconds + ((tick - tempo.tick) / ticksPerBeat) * (60 / tempo.bpm);
}
