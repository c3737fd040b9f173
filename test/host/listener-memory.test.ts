import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { buildNode } from '../../scripts/build.mjs';
import { Listener } from '../../src/host/listener.ts';
import { writeMidi } from '../../src/model/music/midi-out.ts';
import { forkService } from '../../src/services/process/link.ts';

const script = join(import.meta.dirname, '../../out/node/inference.mjs');
beforeAll(async () => {
  await buildNode();
});

const file = (bars: number) => ({
  fileName: 'x.mid',
  base64: Buffer.from(
    writeMidi({
      key: { tonic: 0, mode: 'major' },
      barBeats: Array.from({ length: bars }, () => 4),
      notes: Array.from({ length: 16 * bars }, (_, i) => ({
        step: i,
        pitch: 40 + (i % 40),
        duration: 2,
        velocity: 64,
      })),
      tempos: [{ beat: 0, bpm: 120 }],
      chords: [],
    }),
  ).toString('base64'),
});

test('a file that takes more memory than listening is given is refused in words, and the next one is read', async () => {
  const given: number[] = [];
  const listener = new Listener((memoryMB) => {
    given.push(memoryMB);
    // The first two have next to nothing.
    return forkService(script, { memoryMB: given.length <= 2 ? 24 : memoryMB });
  });
  try {
    await expect(listener.request('import', file(2500))).rejects.toThrow(
      /more memory than it is given. Open a part/,
    );
    expect(given.slice(0, 2)).toEqual([1536, 1536]);
    expect((await listener.request('import', file(8))).piece.notes).toHaveLength(128);
  } finally {
    listener.cancel();
  }
});
