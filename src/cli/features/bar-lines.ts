import type { MidiSong } from '../../model/music/song.ts';

/**
 * Bar lines of a rated piece in seconds: `bars` + 1 of them. They follow the file's time signatures (4/4 until the first);
 * where those give another number of bars than the ratings have, the last bars are cut, or the piece is divided evenly.
 */
export function barLines(song: MidiSong, bars: number, durationSeconds: number): number[] {
  const lines = signatureLines(song, durationSeconds);
  if (Math.abs(lines.length - 1 - bars) <= 1) {
    while (lines.length > bars + 1) lines.pop();
    while (lines.length < bars + 1) lines.push(Math.max(durationSeconds, (lines.at(-1) ?? 0) + 0.5));
    return lines;
  }
  return Array.from({ length: bars + 1 }, (_, i) => (i * durationSeconds) / bars);
}

function signatureLines(song: MidiSong, durationSeconds: number): number[] {
  const signatures = [...song.timeSignatures].sort((a, b) => a.tick - b.tick);
  const lines: number[] = [];
  let tick = 0;
  for (let guard = 0; guard < 5000; guard++) {
    const seconds = secondsAt(song, tick);
    lines.push(seconds);
    if (seconds >= durationSeconds - 1e-3) break;
    const inForce = signatures.filter((signature) => signature.tick <= tick).at(-1);
    const quarters = inForce ? (4 * inForce.numerator) / inForce.denominator : 4;
    const following = signatures.find((signature) => signature.tick > tick);
    const next = tick + quarters * song.ticksPerBeat;
    tick = following && following.tick < next ? following.tick : next;
  }
  return lines;
}

function secondsAt(song: MidiSong, tick: number): number {
  let last = { seconds: 0, tick: 0, bpm: 120 };
  for (const tempo of song.tempos) {
    if (tempo.tick > tick) break;
    last = tempo;
  }
  return last.seconds + ((tick - last.tick) / song.ticksPerBeat) * (60 / last.bpm);
}
