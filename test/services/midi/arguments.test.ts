import { describe, expect, it } from 'vitest';
import { checkArgument } from '../../../src/services/midi/arguments.ts';
import { MIDI_CALLS } from '../../../src/services/midi/protocol.ts';

describe('what a call of the MIDI service may be given', () => {
  it.each([
    ['seek', { beat: 3 }],
    ['seek', { beat: 1e308 }],
    ['play', {}],
    ['play', undefined],
    ['loop', null],
    ['loop', { startBar: 0, bars: 4 }],
    ['emotion', { valence: -1, arousal: 0.5, intensity: 2 }],
    ['learn', null],
    ['stop', {}],
    ['panic', undefined],
  ] as const)('%s takes %o', (name, argument) => {
    expect(checkArgument(name, argument) ?? argument).toEqual(argument);
  });

  it.each([
    ['seek', undefined, /seek must be an object/],
    ['seek', { beat: Number.NaN }, /seek.beat must be a number/],
    ['seek', { beat: '3' }, /seek.beat must be a number/],
    ['seek', { beat: 3, more: 1 }, /unknown member 'more'/],
    ['loop', { startBar: 0, bars: 1e308 }, /loop.bars must be a whole number from 1/],
    ['emotion', { valence: 9, arousal: 0, intensity: 1 }, /emotion.valence/],
    ['emotion', { valence: 0, arousal: 0, intensity: 1, __proto: 2 }, /unknown member/],
    ['live', null, /live must be an object/],
    ['learn', 'everything', /learn must be one of/],
    ['forget', undefined, /forget must be one of/],
    ['stop', { now: true }, /unknown member 'now'/],
    ['constructor', undefined, /knows no call 'constructor'/],
    ['__proto__', undefined, /knows no call/],
    [{}, undefined, /knows no call/],
  ] as const)('%s refuses %o', (name, argument, says) => {
    expect(() => checkArgument(name, argument)).toThrow(says);
  });

  it('is known of every call', () => {
    for (const name of MIDI_CALLS) expect(() => checkArgument(name, 1e308)).toThrow(name);
  });
});
