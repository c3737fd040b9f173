import { beforeAll, describe, expect, test } from 'vitest';
import { NEW_ASK } from '../../../src/contract/document.ts';
import type { MusicModel } from '../../../src/model/composing/music-model.ts';
import { createLiveRequests, warmUp } from '../../../src/services/inference/live.ts';
import { musicModel } from '../../model/helpers/music-models.ts';

const breathe = () => Promise.resolve();
const reply = { signal: new AbortController().signal, progress: () => {}, take: () => {} };
const glad = { emotion: { valence: 0.7, arousal: 0.6 }, intensity: 1 };
const sad = { emotion: { valence: -0.7, arousal: -0.4 }, intensity: 1 };
const ask = { ...NEW_ASK, ...glad };
describe.each(['affetto', 'generator'] as const)('live requests to %s', (name) => {
  let model: MusicModel;
  beforeAll(async () => {
    model = await musicModel(name);
  });

  async function open(
    change: Partial<typeof ask> = {},
    seed = 5,
    key: { tonic: number; mode: 'major' } | null = null,
  ) {
    const live = createLiveRequests(async () => model, breathe);
    const opened = await live['live.open']({ ask: { ...ask, ...change }, seed, key }, reply);
    const bar = (index: number, feeling = glad, fromBeat?: number) =>
      live['live.bar']({ bar: index, fromBeat, ...feeling }, reply);
    return { live, opened, bar };
  }

  test('write bars in the key, the metre and the tempo that were asked for', async () => {
    const { opened, bar } = await open({ beatsPerBar: 3, tempo: 90, key: { tonic: 4, mode: 'minor' } });
    expect(opened).toEqual({ key: { tonic: 4, mode: 'minor' }, model: model.config.name });
    const bars = [await bar(0), await bar(1)];
    expect(bars.map(({ beats, tempos }) => [beats, tempos])).toEqual(
      Array(2).fill([3, [{ beat: 0, bpm: 90 }]]),
    );
  });

  test('a key that is given goes before the one that is asked for', async () => {
    const { opened } = await open({ key: { tonic: 4, mode: 'minor' } }, 5, { tonic: 1, mode: 'major' });
    expect(opened.key).toEqual({ tonic: 1, mode: 'major' });
  });

  test('a bar asked for again under another emotion or intensity is another, and the first comes back', async () => {
    const { bar } = await open();
    const first = [await bar(0), await bar(1), await bar(2)];
    expect([await bar(1, sad), await bar(2, sad)]).not.toEqual(first.slice(1));
    expect([await bar(1, { ...glad, intensity: 2 }), await bar(2, { ...glad, intensity: 2 })]).not.toEqual(
      first.slice(1),
    );
    expect([await bar(1), await bar(2)]).toEqual(first.slice(1));
  });

  test('keep to typed chords and to a range', async () => {
    const { bar } = await open({ chords: 'typed', progression: 'C | F', low: 48, high: 72 });
    const bars = [await bar(0), await bar(1), await bar(2)];
    expect(bars.map(({ chords }) => chords[0].chord?.root)).toEqual([0, 5, 0]);
    for (const { notes } of bars) for (const { pitch } of notes) expect(pitch).toBeGreaterThanOrEqual(48);
  });

  test('nothing is written before it is opened, and after it is closed', async () => {
    const live = createLiveRequests(async () => model, breathe);
    await expect(live['live.bar']({ bar: 0, ...glad }, reply)).rejects.toThrow('No live music is open');
    const { live: other, bar } = await open();
    await other['live.close']({}, reply);
    await expect(bar(0)).rejects.toThrow('No live music is open');
  });

  test('warming up changes nothing of what is written', async () => {
    const before = await (await open()).bar(0);
    await warmUp(model, breathe);
    expect(await (await open()).bar(0)).toEqual(before);
  });
});
