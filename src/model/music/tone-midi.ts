import * as loaded from '@tonejs/midi';

/** @tonejs/midi is a CommonJS module: Node gives it as the default export, bundlers by name. */
const library: typeof loaded = 'default' in loaded ? (loaded.default as typeof loaded) : loaded;

export const { Midi } = library;
export type MidiFile = loaded.Midi;
