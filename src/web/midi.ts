import type { Events } from '../contract.ts';
import type { MidiLink } from '../host/midi-link.ts';

/** Starts the MIDI process under plain Node. */
export function connectMidi(
  _modulePath: string,
  _settings: unknown,
  _onEvent: (event: Events['midi.event']) => void,
): MidiLink {
  return {
    state: null,
    settings: undefined,
    call: async () => null,
    load: async () => {},
    dispose: () => {},
  };
}
