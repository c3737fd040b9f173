// A plain tune as MIDI bytes, for measuring: a broken chord in sixteenths over a bass, so many bars.
import { writeMidi } from 'midi-file';

const TICKS = 480;

export function tuneBytes(bars) {
  const events = [];
  for (let step = 0; step < bars * 16; step++) {
    const root = 48 + [0, 9, 5, 7][Math.floor(step / 16) % 4];
    const pitches = step % 4 === 0 ? [root - 12, root + 12] : [root + [0, 4, 7, 12][step % 4]];
    for (const noteNumber of pitches) {
      const at = (step * TICKS) / 4;
      events.push({ at, event: { type: 'noteOn', channel: 0, noteNumber, velocity: 60 + (step % 16) * 3 } });
      events.push({ at: at + 100, event: { type: 'noteOff', channel: 0, noteNumber, velocity: 0 } });
    }
  }
  events.sort((a, b) => a.at - b.at);
  let last = 0;
  const track = events.map(({ at, event }) => {
    const deltaTime = at - last;
    last = at;
    return { ...event, deltaTime };
  });
  track.push({ deltaTime: 0, type: 'endOfTrack', meta: true });
  return Buffer.from(
    writeMidi({ header: { format: 0, numTracks: 1, ticksPerBeat: TICKS }, tracks: [track] }),
  );
}
