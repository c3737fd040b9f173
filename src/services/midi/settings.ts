import type { MidiSettings } from './protocol.ts';

/** Our own ports. Two names, so that nobody connects one to the other by mistake. */
export const OUT_PORT = 'Affetto Out';
export const IN_PORT = 'Affetto In';

export const DEFAULT_SETTINGS: MidiSettings = {
  output: { kind: 'auto' },
  input: { kind: 'auto' },
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
