/** Writes MIDI bytes by hand, so that files no library would write can be made. */

export interface BuiltFile {
  format?: number;
  division?: number;
  tracks: number[][];
}

export const varInt = (value: number): number[] => {
  const bytes = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
};

const uint16 = (value: number): number[] => [(value >> 8) & 0xff, value & 0xff];
const uint32 = (value: number): number[] => [...uint16(value >>> 16), ...uint16(value & 0xffff)];
const text = (value: string): number[] => Array.from(value, (letter) => letter.charCodeAt(0));

export const on = (delta: number, pitch: number, velocity = 64, channel = 0): number[] => [
  ...varInt(delta),
  0x90 | channel,
  pitch,
  velocity,
];
export const off = (delta: number, pitch: number, channel = 0): number[] => [
  ...varInt(delta),
  0x80 | channel,
  pitch,
  0,
];
export const pedal = (delta: number, value: number, channel = 0): number[] => [
  ...varInt(delta),
  0xb0 | channel,
  64,
  value,
];
export const tempo = (delta: number, microseconds: number): number[] => [
  ...varInt(delta),
  0xff,
  0x51,
  3,
  ...uint32(microseconds).slice(1),
];
export const signature = (delta: number, numerator: number, power: number): number[] => [
  ...varInt(delta),
  0xff,
  0x58,
  4,
  numerator,
  power,
  24,
  8,
];
export const marker = (delta: number, label: string): number[] => [
  ...varInt(delta),
  0xff,
  0x06,
  ...varInt(label.length),
  ...text(label),
];
export const endOfTrack = (delta = 0): number[] => [...varInt(delta), 0xff, 0x2f, 0];

/** A quarter-note run on one pitch each, a beat apart. */
export const quarters = (pitches: readonly number[], beat = 480): number[] =>
  pitches.flatMap((pitch) => [...on(0, pitch), ...off(beat, pitch)]);

export function chunk(id: string, data: readonly number[]): number[] {
  return [...text(id), ...uint32(data.length), ...data];
}

export function build({ format = 1, division = 480, tracks }: BuiltFile): Uint8Array {
  const bytes = chunk('MThd', [...uint16(format), ...uint16(tracks.length), ...uint16(division)]);
  for (const track of tracks) for (const byte of chunk('MTrk', track)) bytes.push(byte);
  return Uint8Array.from(bytes);
}

/** Numbers 0..1 that are the same each time. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
