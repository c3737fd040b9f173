import type { Events, MidiState } from '../contract/contract.ts';
import type { Emotion } from '../contract/document.ts';
import { type PathPoint, pieceToBars } from '../model/midi/piece-bars.ts';
import type { Piece } from '../model/music/piece.ts';
import { MIDI_EVENTS, type MidiLine, type MidiSettings } from '../services/midi/protocol.ts';
import { MidiWatchdog } from '../services/midi/recovery/watchdog.ts';
import type { MidiLink } from './midi-link.ts';

/** Runs the MIDI process for a shell: passes its events on and puts the kept settings back at the start. */
export function openMidiController(
  start: (environment: Record<string, string>) => MidiLine,
  settings: unknown,
  onEvent: (event: Events['midi.event']) => void,
): MidiLink {
  const watchdog = new MidiWatchdog({ start });
  let state: MidiState | null = null;
  for (const name of MIDI_EVENTS) {
    watchdog.on(name, (value) => {
      if (name === 'state') state = value as MidiState;
      onEvent({ name, value });
    });
  }
  // Our ports are there from the start, whatever is chosen later. One that is gone since the last start is the service's to
  // report; nothing here waits for it. Kept settings that are refused are from another version.
  watchdog
    .call('configure', (settings ?? {}) as Partial<MidiSettings>)
    .catch(() => watchdog.call('configure', {}))
    .catch(() => watchdog.call('state'))
    .then((value) => {
      state = value;
      onEvent({ name: 'state', value });
    })
    .catch(() => {});
  return {
    get state() {
      return state;
    },
    get settings() {
      return watchdog.settings;
    },
    call: (name, argument) => watchdog.call(name, argument as never),
    load: async (clipId, piece, sameBar, asked = []) => {
      const take = { id: clipId, name: clipId, bars: pieceToBars(piece, pathOf(piece, asked)) };
      await watchdog.call('load', { take, from: sameBar ? 'same-bar' : 'start' });
    },
    serve: (source) => watchdog.serve(source),
    release: (source) => watchdog.release(source),
    dispose: () => watchdog.quit().catch(() => {}),
  };
}

/** The emotion of each bar, from its line on. */
function pathOf({ barBeats }: Piece, asked: readonly Emotion[]): PathPoint[] {
  let beat = 0;
  return barBeats.slice(0, asked.length).map((beats, bar) => {
    const point = { beat, ...asked[bar] };
    beat += beats;
    return point;
  });
}
