import { beforeAll, describe, expect, it } from 'vitest';
import type { LiveMusic, LiveOptions, MusicModel } from '../../../src/model/composing/music-model.ts';
import { musicModel } from '../helpers/music-models.ts';

const happy = { emotion: { valence: 0.8, arousal: 0.7 } };
const sad = { emotion: { valence: -0.8, arousal: -0.7 } };

async function write(music: LiveMusic, from: number, to: number, feeling = happy) {
  const bars = [];
  for (let bar = from; bar < to; bar++) bars.push(await music.bar({ bar, feeling }));
  return bars;
}

describe.each(['affetto', 'generator'] as const)('live music of %s', (name) => {
  let model: MusicModel;
  beforeAll(async () => {
    model = await musicModel(name);
  });
  const open = (change: Partial<LiveOptions['conditions']> = {}) =>
    model.live({ conditions: { ...happy, ...change }, seed: 8, remembers: 4 });

  it('turns at the next bar line: what was before stays, what follows is another', async () => {
    const [steady, moved] = [await open(), await open()];
    const all = await write(steady, 0, 6);
    expect(await write(moved, 0, 5)).toEqual(all.slice(0, 5));
    const after = await write(moved, 3, 6, sad);
    expect(after).not.toEqual(all.slice(3));
    // Back to the first feeling before any of that was heard: the same music as ever.
    expect(await write(moved, 3, 6)).toEqual(all.slice(3));
  });

  it('turns within a bar: the beats before stay to the note', async () => {
    const music = await open();
    const all = await write(music, 0, 4);
    const turned = await music.bar({ bar: 2, fromBeat: 2, feeling: sad });
    const early = (bar: (typeof all)[number]) => bar.notes.filter(({ step }) => step < 8);
    expect(early(turned)).toEqual(early(all[2]));
    expect([turned, ...(await write(music, 3, 6, sad))]).not.toEqual([
      all[2],
      ...(await write(await open(), 3, 6)),
    ]);
    expect(await music.bar({ bar: 2, feeling: happy })).toEqual(all[2]);
  });

  it('is asked for one bar at a time, whoever asks', async () => {
    const [one, two] = [await open(), await open()];
    const together = await Promise.all([0, 1, 2].map((bar) => one.bar({ bar, feeling: happy })));
    expect(together).toEqual(await write(two, 0, 3));
  });

  it('refuses a bar that it has forgotten, and goes on', async () => {
    const music = await open();
    await write(music, 0, 6);
    await expect(music.bar({ bar: 1, feeling: sad })).rejects.toThrow(/Bar 2 was written too long ago/);
    expect((await music.bar({ bar: 6, feeling: happy })).beats).toBe(4);
  });

  it('tells tempo and chord at the start of every bar, and keeps a tempo that was asked for', async () => {
    const free = await write(await open(), 0, 3);
    expect(free.map(({ tempos, chords }) => [tempos[0].beat, chords[0].beat])).toEqual([[0, 0], [0, 0], [0, 0]]); // biome-ignore format: short
    const asked = await write(
      await open({ bpm: 93, beatsPerBar: 3, key: { tonic: 9, mode: 'minor' } }),
      0,
      3,
    );
    expect(
      asked.every(({ beats, tempos }) => beats === 3 && tempos.length === 1 && tempos[0].bpm === 93),
    ).toBe(true);
  });

  it('takes no more memory after hundreds of bars', async () => {
    const music = await open();
    const used = async (from: number, to: number): Promise<number> => {
      await write(music, from, to);
      globalThis.gc?.();
      return process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
    };
    const early = await used(0, 60);
    const late = await used(60, 300);
    expect(late - early).toBeLessThan(24e6);
  });
});
