import { append } from '../../../model/lists.ts';
import type { Bar } from '../../../model/midi/bar.ts';
import { controller, type Message, noteOff, noteOn, rank, SUSTAIN } from '../message.ts';
import type { Routing } from '../protocol.ts';
import { emotionValue, routeNote, usedChannels } from './routing.ts';
import { splitVoices } from './voices.ts';

/** A message on the transport's beat axis. */
export interface BeatEvent {
  readonly beat: number;
  readonly message: Message;
  readonly note?: number;
}

/** No note is shorter: its off must never share the time of its on. 1/96 beat is 0.6 ms even at 999 bpm. */
const SHORTEST_BEATS = 1 / 96;

let lastNote = 0;

/**
 * The messages of a bar whose start lies at `start` on the beat axis, sorted by beat, then rank. With `from` (beats into
 * the bar) only what begins there or later, with the pedal set to where it stands at that point.
 */
export function expandBar(bar: Bar, start: number, routing: Routing, from = 0): BeatEvent[] {
  const events: BeatEvent[] = [];
  const voices = splitVoices(bar.notes);
  bar.notes.forEach((note, index) => {
    if (note.beat < from) return;
    const routed = routeNote(routing, voices[index], note.pitch, note.velocity);
    if (!routed) return;
    const id = ++lastNote;
    const on = start + note.beat;
    const off = on + Math.max(SHORTEST_BEATS, note.length);
    const channel = note.channel === undefined ? routed.channel : note.channel - 1;
    events.push({ beat: on, message: noteOn(channel, routed.pitch, routed.velocity), note: id });
    events.push({ beat: off, message: noteOff(channel, routed.pitch), note: id });
  });
  if (routing.pedal) append(events, pedalEvents(bar, start, routing, from));
  append(events, emotionEvents(bar, start, routing, from));
  for (const { beat, bytes } of bar.messages ?? []) {
    const isPedal = (bytes[0] & 0xf0) === 0xb0 && bytes[1] === SUSTAIN;
    if (beat >= from && (routing.pedal || !isPedal)) events.push({ beat: start + beat, message: bytes });
  }
  return sortEvents(events);
}

export function sortEvents(events: BeatEvent[]): BeatEvent[] {
  return events.sort((a, b) => a.beat - b.beat || rank(a.message) - rank(b.message));
}

/** Controller messages for an emotion, on the chosen numbers. */
export function emotionMessages(routing: Routing, valence: number, arousal: number): Message[] {
  const { channel, valence: valenceCc, arousal: arousalCc } = routing.emotion;
  const messages: Message[] = [];
  if (valenceCc !== null) messages.push(controller(channel - 1, valenceCc, emotionValue(valence)));
  if (arousalCc !== null) messages.push(controller(channel - 1, arousalCc, emotionValue(arousal)));
  return messages;
}

function pedalEvents(bar: Bar, start: number, routing: Routing, from: number): BeatEvent[] {
  const events: BeatEvent[] = [];
  const channels = usedChannels(routing);
  const at = (beat: number, down: boolean) => {
    for (const channel of channels) {
      events.push({ beat: start + beat, message: controller(channel, SUSTAIN, down ? 127 : 0) });
    }
  };
  const earlier = (bar.pedal ?? []).filter((change) => change.beat < from);
  if (earlier.at(-1)?.down) at(from, true);
  for (const change of bar.pedal ?? []) if (change.beat >= from) at(change.beat, change.down);
  return events;
}

/** The path as controllers: a straight line between its points, a value each eighth of a beat where it changed. */
function emotionEvents(bar: Bar, start: number, routing: Routing, from: number): BeatEvent[] {
  const path = bar.emotion ?? [];
  if (path.length === 0) return [];
  const events: BeatEvent[] = [];
  const last = new Map<number, number>();
  for (let beat = 0; beat < bar.beats; beat += 1 / 8) {
    if (beat < from || beat < path[0].beat) continue;
    const index = path.findLastIndex((point) => point.beat <= beat);
    const here = path[index];
    const next = path[index + 1];
    const part = next ? (beat - here.beat) / (next.beat - here.beat) : 0;
    const valence = here.valence + part * ((next ?? here).valence - here.valence);
    const arousal = here.arousal + part * ((next ?? here).arousal - here.arousal);
    for (const message of emotionMessages(routing, valence, arousal)) {
      if (last.get(message[1]) === message[2]) continue;
      last.set(message[1], message[2]);
      events.push({ beat: start + beat, message });
    }
  }
  return events;
}
