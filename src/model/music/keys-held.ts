import { largest } from '../lists.ts';
import type { TimedEvent } from './midi-events.ts';
import { type MpeZone, mpeMembers } from './mpe.ts';

/** An event with the track it stands in; ticks count from the start of the file. */
export type TrackEvent = TimedEvent & { readonly track: number };
type NoteEvent = Extract<TrackEvent, { readonly type: 'noteOn' | 'noteOff' }>;
type ChannelEvent = NoteEvent | Extract<TrackEvent, { readonly type: 'controller' }>;

/** A key held, in ticks. `soundTick` is the end with the pedal. */
export interface HeldKey {
  pitch: number;
  velocity: number;
  startTick: number;
  endTick: number;
  soundTick: number;
  channel: number;
  track: number;
}

/** Pedal down, in ticks, on one channel. */
export interface HeldPedal {
  startTick: number;
  endTick: number;
}

const DRUM_CHANNEL = 9;
const SUSTAIN = 64;
const ALL_SOUND_OFF = 120;
const RESET_ALL_CONTROLLERS = 121;
/** All Notes Off, and the four changes of mode that imply it. */
const ALL_NOTES_OFF = 123;
const LAST_MODE = 127;

/**
 * Pairs the note and pedal events of a whole file, in order of time. A channel's pedal holds all its keys, whatever tracks they
 * stand in. A key struck again while held ends the earlier note; its own note-off, still to come, is then passed over, unless
 * it was lost. Keys and pedals never let go end with their track.
 */
export function holdKeys(
  events: readonly TrackEvent[],
  endTicks: readonly number[],
): { keys: HeldKey[]; pedals: HeldPedal[]; drums: number; zones: MpeZone[] } {
  const { members, masterOf, zones } = mpeMembers(events);
  const isDrum = (channel: number) => channel === DRUM_CHANNEL && !members.has(channel);
  const ahead = new OffsAhead(events);
  const channels = Array.from({ length: 16 }, () => new Channel());
  const keys: HeldKey[] = [];
  let drums = 0;
  for (const event of events) {
    if (!isChannelEvent(event)) continue;
    if (isDrum(event.channel)) {
      if (event.type === 'noteOn') drums++;
      continue;
    }
    const channel = channels[event.channel];
    if (event.type !== 'controller') {
      ahead.pass(event);
      if (event.type === 'noteOn') keys.push(channel.strike(event));
      else channel.letGo(event, ahead);
    } else if (event.number === SUSTAIN) {
      channel.pedal(event.value >= 64, event.tick);
      // The master of an MPE zone speaks for all its members.
      for (const [member, master] of masterOf)
        if (master === event.channel) channels[member].pedal(event.value >= 64, event.tick);
    } else if (event.number === RESET_ALL_CONTROLLERS) channel.pedal(false, event.tick);
    else if (event.number === ALL_SOUND_OFF) channel.silence(event.tick);
    else if (event.number >= ALL_NOTES_OFF && event.number <= LAST_MODE) channel.letAllGo(event.tick);
  }
  const end = largest(endTicks, 0);
  const pedals = channels.flatMap((channel) => {
    channel.finish(end, endTicks);
    return channel.pedals;
  });
  return { keys, pedals, drums, zones };
}

const isChannelEvent = (event: TrackEvent): event is ChannelEvent =>
  event.type === 'noteOn' || event.type === 'noteOff' || event.type === 'controller';

const placeOf = ({ track, channel, pitch }: NoteEvent): number => (track * 16 + channel) * 128 + pitch;

/** Tells of every key which strokes and releases are still to come. */
class OffsAhead {
  /** Of each key: what comes, in order; true for a stroke. */
  readonly #coming = new Map<number, boolean[]>();
  readonly #at = new Map<number, { place: number; ons: number; offs: number }>();

  constructor(events: readonly TrackEvent[]) {
    for (const event of events) {
      if (event.type !== 'noteOn' && event.type !== 'noteOff') continue;
      const place = placeOf(event);
      const coming = this.#coming.get(place) ?? [];
      coming.push(event.type === 'noteOn');
      this.#coming.set(place, coming);
    }
    for (const [place, coming] of this.#coming) {
      const ons = coming.filter(Boolean).length;
      this.#at.set(place, { place: 0, ons, offs: coming.length - ons });
    }
  }

  /** To be told of each event of a key, in order. */
  pass(event: NoteEvent): void {
    const state = this.#at.get(placeOf(event))!;
    state.place++;
    if (event.type === 'noteOn') state.ons--;
    else state.offs--;
  }

  /** Whether there are releases left for so many strokes that wait for theirs, beside those to come. */
  hasOffsFor(event: NoteEvent, waiting: number): boolean {
    const place = placeOf(event);
    const state = this.#at.get(place)!;
    const next = this.#coming.get(place)![state.place];
    return next === false || (next === true && state.offs >= state.ons + waiting);
  }
}

interface Stroke {
  readonly key: HeldKey;
  /** Strokes of this key that still await their note-off. */
  waiting: number;
}

class Channel {
  readonly pedals: HeldPedal[] = [];
  /** The key now held at each place (track and pitch). */
  readonly #held = new Map<number, Stroke>();
  /** Keys let go that the pedal keeps sounding, by pitch. */
  readonly #ringing = new Map<number, HeldKey[]>();
  #pedalTick = -1;

  strike(event: NoteEvent): HeldKey {
    const { pitch, velocity, tick, channel, track } = event;
    const before = this.#held.get(placeOf(event));
    if (before) before.key.endTick = before.key.soundTick = tick;
    for (const ringing of this.#ringing.get(pitch) ?? []) ringing.soundTick = tick;
    this.#ringing.delete(pitch);
    const key = { pitch, velocity, startTick: tick, endTick: tick, soundTick: tick, channel, track };
    this.#held.set(placeOf(event), { key, waiting: (before?.waiting ?? 0) + 1 });
    return key;
  }

  letGo(event: NoteEvent, ahead: OffsAhead): void {
    const held = this.#held.get(placeOf(event));
    if (!held) return;
    held.waiting--;
    if (held.waiting > 0 && ahead.hasOffsFor(event, held.waiting)) return;
    this.#release(placeOf(event), held, event.tick);
  }

  letAllGo(tick: number): void {
    for (const [place, held] of this.#held) this.#release(place, held, tick);
  }

  silence(tick: number): void {
    this.letAllGo(tick);
    for (const keys of this.#ringing.values()) for (const key of keys) key.soundTick = tick;
    this.#ringing.clear();
  }

  pedal(down: boolean, tick: number): void {
    if (down && this.#pedalTick < 0) this.#pedalTick = tick;
    if (down || this.#pedalTick < 0) return;
    if (tick > this.#pedalTick) this.pedals.push({ startTick: this.#pedalTick, endTick: tick });
    this.#pedalTick = -1;
    for (const keys of this.#ringing.values()) for (const key of keys) key.soundTick = tick;
    this.#ringing.clear();
  }

  finish(end: number, endTicks: readonly number[]): void {
    for (const [place, held] of this.#held) {
      this.#release(place, held, Math.max(held.key.startTick, endTicks[held.key.track] ?? end));
    }
    this.pedal(false, end);
  }

  #release(place: number, { key }: Stroke, tick: number): void {
    this.#held.delete(place);
    key.endTick = key.soundTick = tick;
    if (this.#pedalTick < 0) return;
    const ringing = this.#ringing.get(key.pitch) ?? [];
    ringing.push(key);
    this.#ringing.set(key.pitch, ringing);
  }
}
