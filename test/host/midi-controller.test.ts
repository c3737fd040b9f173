import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { buildNode } from '../../scripts/build.mjs';
import type { Events, MidiState } from '../../src/contract/contract.ts';
import { openMidiController } from '../../src/host/midi-controller.ts';
import type { MidiLink } from '../../src/host/midi-link.ts';
import { forkService } from '../../src/services/process/link.ts';

let folder: string;
let midi: MidiLink;

/** The MIDI of an app that starts with these settings, with its first state that has both ports. */
async function start(settings: unknown): Promise<MidiState> {
  const script = join(import.meta.dirname, '../../out/node/midi.mjs');
  return new Promise((resolve) => {
    const hear = ({ name, value }: Events['midi.event']) => {
      if (name !== 'state') return;
      const state = value as MidiState;
      if (state.output.state === 'open' && state.input.state === 'open') resolve(state);
    };
    midi = openMidiController(
      (environment) => forkService(script, { environment: { ...environment, AFFETTO_MIDI_WIRE: folder } }),
      settings,
      hear,
    );
  });
}

beforeAll(() => buildNode());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'affetto-controller-'));
});
afterEach(async () => {
  await midi.dispose();
  rmSync(folder, { recursive: true });
});

test.each([null, undefined, { sync: 'follow' }, { bpm: 7 }])(
  'both ports are there from the start, whatever settings are kept: %o',
  async (kept) => {
    const { output, input, settings } = await start(kept);
    expect([output.name, input.name]).toEqual(['Affetto Out', 'Affetto In']);
    expect(settings.sync).toBe(kept && 'sync' in kept ? 'follow' : 'alone');
    await midi.call('testNote', undefined);
  },
);
