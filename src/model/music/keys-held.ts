import type { TimedEvent } from './midi-events.ts';

/** A key held, in ticks. `soundTick` is the end with the pedal. */
export interface HeldKey {
  pitch: number;
  velocity: number;
  startTick: number;
  endTick: number;
  soundTick: number;
  channel: number;
}

/** Pedal down, in ticks, on one channel. */
export interface HeldPedal {
  startTick: number;
  endTick: number;
}

const DRUM_CHANNEL = 9;
const SUSTAIN = 64;

/**
 * Pairs the note and pedal events of one track, channel by channel. A key struck again while held ends the earlier
 * note; its own note-off, still to come, is then passed over. Keys and pedals never let go end with the track.
 */
export function holdKeys(events: readonly TimedEvent[]): {
  keys: HeldKey[];
  pedals: HeldPedal[];
  drums: number;
} {
  const channels = new Map<number, Channel>();
  const keys: HeldKey[] = [];
  let drums = 0;
  let end = 0;
  for (const event of events) {
    end = event.absoluteTime;
    if (event.type !== 'noteOn' && event.type !== 'noteOff' && event.type !== 'controller') continue;
    if (event.channel === DRUM_CHANNEL) {
      if (event.type === 'noteOn') drums++;
      continue;
    }
    const channel = channels.get(event.channel) ?? new Channel(event.channel);
    channels.set(event.channel, channel);
    if (event.type === 'noteOn') keys.push(channel.strike(event.noteNumber, event.velocity, end));
    else if (event.type === 'noteOff') channel.letGo(event.noteNumber, end);
    else if (event.controllerType === SUSTAIN) channel.pedal(event.value >= 64, end);
  }
  const pedals: HeldPedal[] = [];
  for (const channel of channels.values()) {
    channel.finish(end);
    pedals.push(...channel.pedals);
  }
  return { keys, pedals, drums };
}

class Channel {
  readonly pedals: HeldPedal[] = [];
  readonly number: number;
  /** The key now held at each pitch, and how many strokes of it still await their note-off. */
  private readonly held = new Map<number, { key: HeldKey; strokes: number }>();
  /** Keys let go that the pedal keeps sounding. */
  private readonly ringing = new Map<number, HeldKey>();
  private pedalTick = -1;

  constructor(number: number) {
    this.number = number;
  }

  strike(pitch: number, velocity: number, tick: number): HeldKey {
    const before = this.held.get(pitch);
    if (before) before.key.endTick = before.key.soundTick = tick;
    const ringing = this.ringing.get(pitch);
    if (ringing) ringing.soundTick = tick;
    this.ringing.delete(pitch);
    const key = { pitch, velocity, startTick: tick, endTick: tick, soundTick: tick, channel: this.number };
    this.held.set(pitch, { key, strokes: (before?.strokes ?? 0) + 1 });
    return key;
  }

  letGo(pitch: number, tick: number): void {
    const held = this.held.get(pitch);
    if (!held) return;
    held.strokes--;
    if (held.strokes > 0) return;
    this.held.delete(pitch);
    held.key.endTick = held.key.soundTick = tick;
    if (this.pedalTick >= 0) this.ringing.set(pitch, held.key);
  }

  pedal(down: boolean, tick: number): void {
    if (down && this.pedalTick < 0) this.pedalTick = tick;
    if (down || this.pedalTick < 0) return;
    if (tick > this.pedalTick) this.pedals.push({ startTick: this.pedalTick, endTick: tick });
    this.pedalTick = -1;
    for (const key of this.ringing.values()) key.soundTick = tick;
    this.ringing.clear();
  }

  finish(tick: number): void {
    for (const { key } of this.held.values()) key.endTick = key.soundTick = tick;
    this.held.clear();
    this.pedal(false, tick);
  }
}
