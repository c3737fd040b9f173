import { requireInput } from '../../model/error.ts';
import { CONTROL_TARGETS, type MidiSettings } from './protocol.ts';

/** Our own ports. Two names, so that nobody connects one to the other by mistake. */
export const OUT_PORT = 'Affetto Out';
export const IN_PORT = 'Affetto In';

export const DEFAULT_SETTINGS: MidiSettings = {
  output: { kind: 'auto' },
  input: { kind: 'auto' },
  controls: { kind: 'none' },
  sync: 'alone',
  tempo: 'piece',
  bpm: 120,
  offsets: {},
  onClockLoss: 'continue',
  commitMs: 30,
  lookaheadBars: 2,
  emotionAt: 'bar',
  routing: {
    channels: { kind: 'all', channel: 1 },
    velocity: { curve: 0, min: 1, max: 127 },
    transpose: 0,
    range: { low: 0, high: 127, outside: 'fold' },
    pedal: true,
    emotion: { channel: 1, valence: null, arousal: null },
  },
  mappings: [],
};

/** The settings, of known members alone. Refuses those that make no sense, naming the one that is wrong; they may come from an old file or another process. */
export function checkSettings(settings: MidiSettings): MidiSettings {
  const range = (name: string, value: number, low: number, high: number, whole = false) =>
    requireInput(
      Number.isFinite(value) && value >= low && value <= high && (!whole || Number.isInteger(value)),
      `MIDI setting '${name}' is ${value}; it must be ${whole ? 'a whole number ' : ''}from ${low} to ${high}.`,
    );
  const oneOf = (name: string, value: string, allowed: readonly string[]) =>
    requireInput(
      allowed.includes(value),
      `MIDI setting '${name}' is ${value}; it must be one of ${allowed.join(', ')}.`,
    );
  oneOf('output', settings.output?.kind, ['auto', 'virtual', 'existing', 'file', 'none']);
  oneOf('input', settings.input?.kind, ['auto', 'virtual', 'existing', 'none']);
  oneOf('controls', settings.controls?.kind, ['auto', 'virtual', 'existing', 'none']);
  if ('name' in settings.output) requireInput(settings.output.name, 'The MIDI output needs a name.');
  for (const input of [settings.input, settings.controls])
    if ('name' in input) requireInput(input.name, 'The MIDI input needs a name.');
  oneOf('sync', settings.sync, ['alone', 'follow', 'lead']);
  oneOf('tempo', settings.tempo, ['daw', 'piece']);
  oneOf('onClockLoss', settings.onClockLoss, ['continue', 'stop']);
  oneOf('emotionAt', settings.emotionAt, ['bar', 'beat']);
  range('bpm', settings.bpm, 20, 999);
  range('commitMs', settings.commitMs, 20, 50);
  range('lookaheadBars', settings.lookaheadBars, 1, 8, true);
  for (const [port, offset] of Object.entries(settings.offsets))
    range(`offset of ${port}`, offset, -500, 500);
  checkRouting(settings.routing, range);
  for (const mapping of settings.mappings) {
    oneOf('mapping target', mapping.target, CONTROL_TARGETS);
    range('mapping channel', mapping.channel, 1, 16, true);
    const number = 'note' in mapping ? mapping.note : mapping.controller;
    range(`mapping ${'note' in mapping ? 'note' : 'controller'}`, number, 0, 127, true);
  }
  return onlyKnown(settings, DEFAULT_SETTINGS);
}

function checkRouting(
  { channels, velocity, transpose, range: pitches, emotion }: MidiSettings['routing'],
  range: (name: string, value: number, low: number, high: number, whole?: boolean) => void,
): void {
  if (channels.kind === 'all') range('channel', channels.channel, 1, 16, true);
  else
    for (const voice of ['melody', 'chords', 'bass'] as const)
      range(`${voice} channel`, channels[voice], 1, 16, true);
  range('velocity curve', velocity.curve, -1, 1);
  range('velocity minimum', velocity.min, 1, 127, true);
  range('velocity maximum', velocity.max, velocity.min, 127, true);
  range('transpose', transpose, -48, 48, true);
  range('lowest note', pitches.low, 0, 127, true);
  range('highest note', pitches.high, pitches.low, 127, true);
  range('emotion channel', emotion.channel, 1, 16, true);
  if (emotion.valence !== null) range('valence controller', emotion.valence, 0, 119, true);
  if (emotion.arousal !== null) range('arousal controller', emotion.arousal, 0, 119, true);
}

/** Members that differ by a choice. */
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  output: ['kind', 'name', 'path'],
  input: ['kind', 'name'],
  controls: ['kind', 'name'],
  'routing.channels': ['kind', 'channel', 'melody', 'chords', 'bass'],
};

/** Without members that nothing reads: of an older version, or of nobody. `like` has all that there are. */
function onlyKnown<T extends object>(value: T, like: object, at = ''): T {
  const known = CHOICES[at] ?? Object.keys(like);
  const kept = Object.entries(value).flatMap(([name, member]) => {
    if (!known.includes(name)) return [];
    const path = at === '' ? name : `${at}.${name}`;
    const below = (like as Record<string, unknown>)[name];
    const nested = isRecord(member) && isRecord(below) && path !== 'offsets';
    return [[name, nested ? onlyKnown(member, below, path) : member]];
  });
  return Object.fromEntries(kept) as T;
}

const isRecord = (value: unknown): value is object =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
