/** What a generated song looks like. */
export interface SongShape {
  readonly bars: number;
  /** MIDI pitch of the tonic (60). */
  readonly tonic?: number;
  readonly bpm?: number;
}

const TICKS_PER_BEAT = 480;

/** A small MIDI file: 4/4, a bass note a bar and a broken major chord above it, changing between I, IV, V, I. */
export function songBytes({ bars, tonic = 60, bpm = 120 }: SongShape): Uint8Array {
  const events: { tick: number; bytes: number[] }[] = [];
  const note = (tick: number, pitch: number, length: number, velocity: number) => {
    events.push({ tick, bytes: [0x90, pitch, velocity] }, { tick: tick + length, bytes: [0x80, pitch, 0] });
  };
  for (let bar = 0; bar < bars; bar++) {
    const root = tonic + [0, 5, 7, 0][bar % 4];
    const start = bar * 4 * TICKS_PER_BEAT;
    note(start, root - 24, 4 * TICKS_PER_BEAT - 10, 70);
    for (let eighth = 0; eighth < 8; eighth++) {
      note(start + (eighth * TICKS_PER_BEAT) / 2, root + [0, 4, 7, 12][eighth % 4], 220, 50 + 5 * eighth);
    }
  }
  events.sort((a, b) => a.tick - b.tick || a.bytes[0] - b.bytes[0]);
  const tempo = Math.round(60e6 / bpm);
  const track = [0, 0xff, 0x51, 3, (tempo >> 16) & 255, (tempo >> 8) & 255, tempo & 255];
  let now = 0;
  for (const { tick, bytes } of events) {
    track.push(...variableLength(tick - now), ...bytes);
    now = tick;
  }
  track.push(0, 0xff, 0x2f, 0);
  return Uint8Array.from([
    ...chunk('MThd', [0, 0, 0, 1, TICKS_PER_BEAT >> 8, TICKS_PER_BEAT & 255]),
    ...chunk('MTrk', track),
  ]);
}

const chunk = (name: string, data: number[]): number[] => [
  ...[...name].map((letter) => letter.charCodeAt(0)),
  ...[24, 16, 8, 0].map((shift) => (data.length >> shift) & 255),
  ...data,
];

function variableLength(value: number): number[] {
  const bytes = [value & 127];
  for (let rest = value >> 7; rest > 0; rest >>= 7) bytes.unshift((rest & 127) | 128);
  return bytes;
}
