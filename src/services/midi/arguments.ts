import { AffettoError } from '../../model/error.ts';
import {
  anything,
  boolean,
  integer,
  nullable,
  number,
  object,
  oneOf,
  optional,
  type Schema,
} from '../../model/validate.ts';
import { CONTROL_TARGETS, MIDI_CALLS, type MidiCallName } from './protocol.ts';

/** Whoever has nothing to say may say so in any way. */
const nothing: Schema<unknown> = optional(nullable(object({})));
const anyNumber = number(-Number.MAX_VALUE, Number.MAX_VALUE);
/** Unknown settings are left out later: an old file may name some. */
const record: Schema<unknown> = {
  check: (value, at) =>
    typeof value === 'object' && !Array.isArray(value) ? value : object({}).check(value, at),
};
/** No music has as many; what is counted up to them ends. */
const MOST_BARS = 1_000_000;

/** What each call may be given, and nothing else. Takes, settings and beats are looked at closely by those who keep them. */
const ARGUMENTS: Readonly<Record<MidiCallName, Schema<unknown>>> = {
  state: nothing,
  ports: nothing,
  configure: optional(nullable(record)),
  load: object({ take: anything, from: optional(oneOf(['start', 'same-bar'])) }),
  live: object({ withinBar: boolean }),
  play: optional(nullable(object({ beat: optional(anyNumber) }))),
  stop: nothing,
  seek: object({ beat: anyNumber }),
  loop: optional(nullable(object({ startBar: integer(0, MOST_BARS), bars: integer(1, MOST_BARS) }))),
  emotion: object({ valence: number(-1, 1), arousal: number(-1, 1), intensity: number(0, 2) }),
  panic: nothing,
  testNote: nothing,
  learn: optional(nullable(oneOf(CONTROL_TARGETS))),
  forget: oneOf(CONTROL_TARGETS),
  health: nothing,
  resetHealth: nothing,
  quit: nothing,
};

/** A call's argument, if it is one that the call knows; throws an input error that says what is wrong. */
export function checkArgument(name: unknown, argument: unknown): unknown {
  const known = MIDI_CALLS.find((call) => call === name);
  if (!known) throw new AffettoError(`The MIDI service knows no call '${String(name).slice(0, 40)}'.`);
  return ARGUMENTS[known].check(argument, known);
}
