import { AffettoError } from '../model/error.ts';
import type { Steering } from '../model/muser/steering.ts';
import { parsePitch, parseProgression } from '../model/music/parse-chord.ts';
import { numberOf, wholeOf } from './arguments.ts';

/** Options of every command that can be told what the music must keep to. */
export const STEERING_OPTIONS = {
  chords: { type: 'string' },
  low: { type: 'string' },
  high: { type: 'string' },
  polyphony: { type: 'string' },
  density: { type: 'string' },
} as const;

export const STEERING_USAGE = `  --chords "Am F C G"  a chord a bar, again from the first after the last; "Am F | C G" or "Am,F C,G" has two a bar
  --low C3 --high C6   lowest and highest note (C4 is middle C; MIDI numbers too)
  --polyphony N        at most N notes at once
  --density D          0 (a note every other beat) to 1 (ten a beat)`;

type Values = { readonly [name in keyof typeof STEERING_OPTIONS]?: string };

/** What the options ask for; undefined where none is given. Throws input errors that name the option. */
export function steeringOf({ chords, low, high, polyphony, density }: Values): Steering | undefined {
  const steering: Steering = {
    chords: chords === undefined ? undefined : parseProgression(chords),
    low: low === undefined ? undefined : pitchOf('--low', low),
    high: high === undefined ? undefined : pitchOf('--high', high),
    polyphony: polyphony === undefined ? undefined : wholeOf('--polyphony', polyphony),
    density: density === undefined ? undefined : numberOf('--density', density),
  };
  return Object.values(steering).some((value) => value !== undefined) ? steering : undefined;
}

function pitchOf(option: string, text: string): number {
  const pitch = parsePitch(text);
  if (pitch === null)
    throw new AffettoError(`${option} wants a note like C3 or F#5, or a MIDI number, not '${text}'`);
  return pitch;
}
