import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { buildNode } from '../../scripts/build.mjs';
import type { Events, MidiState } from '../../src/contract/contract.ts';
import { openMidiController } from '../../src/host/midi-controller.ts';
import type { MidiLink } from '../../src/host/midi-link.ts';
import type { Piece } from '../../src/model/music/piece.ts';
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

test('the emotion that a clip was asked for is sent as controllers, bar by bar, as live music sends its own', async () => {
  await start(null);
  const { routing } = midi.state!.settings;
  await midi.call('configure', {
    routing: { ...routing, emotion: { channel: 1, valence: 20, arousal: 21 } },
  });
  const piece: Piece = {
    key: { tonic: 0, mode: 'major' },
    barBeats: [1, 1],
    notes: [{ step: 7, pitch: 60, duration: 1, velocity: 80 }],
    tempos: [{ beat: 0, bpm: 300 }],
    chords: [],
  };
  await midi.load('a', piece, false, [{ valence: -1, arousal: 1 }, { valence: 1, arousal: 0 }]); // biome-ignore format: short
  await midi.call('play', {});
  const sent = () => readFileSync(join(folder, 'Affetto Out.wire'), 'utf8');
  await expect.poll(sent, { timeout: 20_000 }).toContain('80 3c');
  for (const bytes of ['b0 14 00', 'b0 15 7f', 'b0 14 7f', 'b0 15 40']) expect(sent()).toContain(bytes);
});
