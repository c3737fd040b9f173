/** A complete MIDI message, status byte first. Channels inside messages are 0..15. */
export type Message = readonly number[];

export const SUSTAIN = 64;
export const ALL_SOUND_OFF = 120;
export const RESET_CONTROLLERS = 121;
export const ALL_NOTES_OFF = 123;

export const TICK: Message = [0xf8];
export const START: Message = [0xfa];
export const CONTINUE: Message = [0xfb];
export const STOP: Message = [0xfc];
/** MIDI clock ticks a quarter note. */
export const TICKS_PER_BEAT = 24;

export function noteOn(channel: number, pitch: number, velocity: number): Message {
  return [0x90 | channel, pitch, velocity];
}

export function noteOff(channel: number, pitch: number): Message {
  return [0x80 | channel, pitch, 64];
}

export function controller(channel: number, number: number, value: number): Message {
  return [0xb0 | channel, number, value];
}

/** The pitch wheel in its middle. */
export function bendCentre(channel: number): Message {
  return [0xe0 | channel, 0, 64];
}

/** Song Position Pointer: sixteenths from the start of the song, 14 bits. */
export function songPosition(sixteenths: number): Message {
  const value = Math.max(0, Math.min(0x3fff, Math.round(sixteenths)));
  return [0xf2, value & 0x7f, value >> 7];
}

export function isNoteOn(message: Message): boolean {
  return (message[0] & 0xf0) === 0x90 && message[2] > 0;
}

/** Note-off, or note-on with velocity 0, which means the same. */
export function isNoteOff(message: Message): boolean {
  const kind = message[0] & 0xf0;
  return kind === 0x80 || (kind === 0x90 && message[2] === 0);
}

/** Order of messages that are due at the same time: clock, note-off, pedal, all others as they came, note-on. */
export function rank(message: Message): number {
  if (message[0] >= 0xf0) return 0;
  if (isNoteOff(message)) return 1;
  if ((message[0] & 0xf0) === 0xb0 && message[1] === SUSTAIN) return 2;
  return isNoteOn(message) ? 4 : 3;
}
