import { describe, expect, it } from 'vitest';
import { heardNotes } from '../../../src/model/choosing/heard.ts';
import { chooseKey, modesAlong } from '../../../src/model/muser/conditions.ts';
import { generate } from '../../../src/model/muser/generate.ts';
import { LiveMusic } from '../../../src/model/muser/live.ts';
import { modeValue } from '../../../src/model/muser/plan.ts';
import { cutPiece } from '../../../src/model/music/cut-piece.ts';
import { findKey } from '../../../src/model/music/key.ts';
import { FeatureState } from '../../../src/model/tokens/features.ts';
import { BAR, BAR_BEAT, TYPE, WORD_WIDTH } from '../../../src/model/tokens/vocabulary.ts';
import { shippedMuser } from '../helpers/shipped.ts';

const SAD = { valence: -0.8, arousal: 0 };
const HAPPY = { valence: 0.8, arousal: 0 };
const along = (bar: number) => ({ valence: -0.8 + 0.1 * bar, arousal: 0 });

describe('the mode of moving music', () => {
  it('turns at most once where the valence rises, and agrees with the key at every point', async () => {
    const { config } = await shippedMuser();
    let turned = 0;
    for (let seed = 0; seed < 60; seed++) {
      const modeOf = modesAlong({}, seed, config, along)!;
      const modes = Array.from({ length: 17 }, (_, bar) => modeOf(bar));
      const turns = modes.filter((mode, bar) => bar > 0 && mode !== modes[bar - 1]).length;
      expect(turns).toBeLessThanOrEqual(1);
      turned += turns;
      modes.forEach((mode, bar) => {
        const { mode: own } = chooseKey({ emotion: along(bar), bars: 4 }, seed, config);
        expect(mode).toBe(modeValue(own));
      });
    }
    expect(turned).toBeGreaterThan(30);
  });

  it('is not free where a key or chords are asked for', async () => {
    const { config } = await shippedMuser();
    expect(modesAlong({ key: { tonic: 2, mode: 'minor' } }, 1, config, along)).toBeUndefined();
    const chords = [{ root: 0, quality: 'maj' as const, bass: 0, beats: 4 }];
    expect(modesAlong({ steering: { chords: chords as never } }, 1, config, along)).toBeUndefined();
  });

  it('is heard: takes from sad to happy begin in minor and end in major', async () => {
    const muser = await shippedMuser();
    const emotion = Array.from({ length: 16 }, (_, bar) => ({
      valence: -0.8 + (1.6 * bar) / 15,
      arousal: 0,
    }));
    const takes = await generate(muser, { emotion, bars: 16 }, { takes: 16, seed: 300 });
    const major = (from: number, to: number) =>
      takes.filter(({ piece }) => findKey(heardNotes(cutPiece(piece, from, to))).mode === 'major').length;
    expect(major(0, 5)).toBeLessThanOrEqual(5);
    expect(major(11, 16)).toBeGreaterThanOrEqual(major(0, 5) + 4);
  }, 240_000);

  it('turns live music at the bar line, and back again to the same music', async () => {
    const muser = await shippedMuser();
    const open = () => LiveMusic.open(muser, { conditions: { emotion: HAPPY }, seed: 3, remembers: 4 });
    const music = await open();
    expect(music.key.mode).toBe('major');
    for (let bar = 0; bar < 4; bar++) await music.bar({ bar, feeling: { emotion: HAPPY } });
    const bright = await music.bar({ bar: 4, feeling: { emotion: HAPPY } });
    const thirds = async (emotion: typeof SAD) => {
      let [minor, major] = [0, 0];
      for (let bar = 4; bar < 12; bar++) {
        const { notes } = await music.bar({ bar, feeling: { emotion } });
        for (const { pitch } of notes) {
          const degree = (pitch - music.key.tonic + 120) % 12;
          if (degree === 3) minor++;
          if (degree === 4) major++;
        }
      }
      return minor - major;
    };
    expect(await thirds(SAD)).toBeGreaterThan(0);
    const again = await open();
    for (let bar = 0; bar < 4; bar++) await again.bar({ bar, feeling: { emotion: HAPPY } });
    await again.bar({ bar: 4, feeling: { emotion: SAD } });
    expect(await again.bar({ bar: 4, feeling: { emotion: HAPPY } })).toEqual(bright);
  }, 240_000);
});

describe('the mode as a feature', () => {
  it('is asked as a bar opens, and again when the plan has changed its mind', () => {
    let minor = false;
    const state = new FeatureState({ mode: 1, modeOf: () => (minor ? 2 : 1), form: () => 0 });
    const word = new Uint8Array(WORD_WIDTH);
    word[TYPE] = 2;
    word[BAR_BEAT] = BAR;
    state.push(word);
    expect(state.values.at(-1)).toBe(1);
    minor = true;
    state.askAgain();
    expect(state.values.at(-1)).toBe(2);
  });
});
