import { writeMidi as writeEvents } from 'midi-file';
import { writeMidi } from '../../src/model/music/midi-out.ts';
import type { Piece, PieceNote } from '../../src/model/music/piece.ts';

/** At the default tempo of 120 with 480 ticks a quarter. */
const TICKS_A_SECOND = 960;

/** A little tune of our own: an arpeggio over I, vi, IV, V, as long as asked. */
function tune(bars: number, tonic = 60): Piece {
  const roots = [0, 9, 5, 7];
  const notes: PieceNote[] = [];
  for (let bar = 0; bar < bars; bar++) {
    const root = tonic + roots[bar % 4];
    for (let i = 0; i < 8; i++) {
      notes.push({
        step: bar * 16 + i * 2,
        pitch: root + [0, 7, 12, 16][i % 4],
        duration: 2,
        velocity: 60 + 5 * (i % 4),
      });
    }
    notes.push({ step: bar * 16, pitch: root - 24, duration: 16, velocity: 70 });
  }
  notes.sort((a, b) => a.step - b.step || a.pitch - b.pitch);
  return {
    key: { tonic: 0, mode: 'major' },
    barBeats: Array(bars).fill(4),
    notes,
    tempos: [{ beat: 0, bpm: 96 }],
    chords: [],
  };
}

export const tuneFile = (name: string, bars: number, tonic?: number) => ({
  name,
  mimeType: 'audio/midi',
  buffer: Buffer.from(writeMidi(tune(bars, tonic), { name })),
});

/** The same kind of tune as a hand plays it: at its own pace, a little uneven, on a clock that knows no beats. */
export function performanceFile(name: string, bpm: number, bars: number) {
  const events = tune(bars).notes.flatMap(({ step, pitch, duration, velocity }, i) => {
    const late = 0.012 * Math.sin(i * 7.3);
    const start = Math.max(0, 0.31 + (step / 4) * (60 / bpm) + late);
    const on = Math.round(start * TICKS_A_SECOND);
    const off = on + Math.round(duration * 0.24 * (60 / bpm) * TICKS_A_SECOND);
    return [
      { at: on, type: 'noteOn' as const, channel: 0, noteNumber: pitch, velocity },
      { at: off, type: 'noteOff' as const, channel: 0, noteNumber: pitch, velocity: 0 },
    ];
  });
  events.sort((a, b) => a.at - b.at);
  let last = 0;
  const track = events.map(({ at, ...event }) => {
    const deltaTime = at - last;
    last = at;
    return { deltaTime, ...event };
  });
  const end = { deltaTime: 0, meta: true as const, type: 'endOfTrack' as const };
  const header = { format: 0 as const, numTracks: 1, ticksPerBeat: 480 };
  return {
    name,
    mimeType: 'audio/midi',
    buffer: Buffer.from(writeEvents({ header, tracks: [[...track, end]] })),
  };
}
