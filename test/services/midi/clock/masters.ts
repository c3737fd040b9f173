/** A real master's clock as it arrives: ms of each tick. */
export type Stream = readonly number[];

/** Where the ticks of a master belong: `beats` of them at the tempo that `bpmOf` gives for a beat, from `start` ms on. */
export function idealTicks(beats: number, bpmOf: (beat: number) => number, start = 1000): number[] {
  const ticks: number[] = [];
  for (let tick = 0, time = start; tick < beats * 24; tick++) {
    ticks.push(time);
    time += 60_000 / bpmOf(tick / 24) / 24;
  }
  return ticks;
}

/** A host that sends the ticks of each audio buffer when it begins; `wholeMs`: stamped as WinMM stamps. */
export function byBuffer(ideal: Stream, bufferMs: number, phase: number, wholeMs: boolean): Stream {
  return ideal.map((time) => {
    const begin = (Math.floor(time / bufferMs + phase) - phase) * bufferMs;
    return wholeMs ? Math.round(begin) : begin;
  });
}

/** A master that stands still for `pauseMs` at time `at` and then sends all that was due meanwhile at once. */
export function withPause(ideal: Stream, at: number, pauseMs: number): Stream {
  return ideal.map((time) => (time >= at && time < at + pauseMs ? at + pauseMs : time));
}

/** Independent lateness, evenly spread over 0..`ms`; order is kept. */
export function withJitter(ideal: Stream, ms: number, random: () => number): Stream {
  return ideal.map((time) => time + random() * ms).sort((a, b) => a - b);
}
