import { checkConditions, chooseKey, planTake } from '../../model/muser/conditions.ts';
import type { Emotion } from '../../model/muser/emotion-embedding.ts';
import { withCodeMasks } from '../../model/muser/steering-codes.ts';
import { keyName } from '../../model/music/names.ts';
import { type Key, STEPS_PER_BEAT } from '../../model/music/piece.ts';
import type { Words } from '../../model/tokens/vocabulary.ts';
import type { Bar, BarRequest, BarSource } from '../../services/midi/protocol.ts';
import { keyOf, numberOf, wholeOf } from '../arguments.ts';
import { loadMuser } from '../model.ts';
import { readBar } from '../stream.ts';

/** A live source that has to be closed. */
export interface LiveSource extends BarSource {
  dispose(): void;
}

/** The options of `affetto play` that concern the generator, as typed. */
export interface LiveOptions {
  readonly valence?: string;
  readonly arousal?: string;
  readonly key?: string;
  readonly tempo?: string;
  readonly bars?: string;
  readonly seed?: string;
  readonly model?: string;
  readonly engine?: string;
}

/** Opens the generator as a source of bars; `say` is told the key and the seed. */
export async function openLiveSource(options: LiveOptions, say: (line: string) => void): Promise<LiveSource> {
  let emotion: Emotion = {
    valence: numberOf('--valence', options.valence ?? '0'),
    arousal: numberOf('--arousal', options.arousal ?? '0'),
  };
  const bpm = options.tempo === undefined ? null : numberOf('--tempo', options.tempo);
  const conditions = {
    emotion,
    bars: options.bars === undefined ? null : wholeOf('--bars', options.bars),
    key: options.key === undefined ? null : keyOf(options.key),
    bpm,
  };
  checkConditions(conditions);
  const seed = options.seed === undefined ? Math.floor(Math.random() * 1e9) : wholeOf('--seed', options.seed);
  const muser = await loadMuser({ model: options.model ?? 'affetto', engine: options.engine ?? 'auto' });
  const key = chooseKey(conditions, seed, muser.config);
  say(`${keyName(key)}, seed ${seed}, engine ${muser.engine.name}`);
  const plan = { ...planTake(conditions, seed, key), emotionOf: () => emotion };
  const session = muser.open([await withCodeMasks(muser.weights, muser.engine, plan)]);
  const bars: Bar[] = [];
  return {
    nextBar: async (request: BarRequest) => {
      emotion = request.conditions;
      // The session can't go back: a bar that is asked for again is the same, and a moved emotion is heard from the next.
      while (bars.length <= request.bar) {
        const [words] = await session.nextBar();
        if (!words) return null;
        bars.push(barOfWords(words, key, bpm));
      }
      return bars[request.bar];
    },
    dispose: () => {
      session.dispose();
      muser.dispose();
    },
  };
}

/** A bar's words as a bar to be played; a tempo that was asked for is kept to the beat. */
export function barOfWords(words: Words, key: Key, bpm: number | null): Bar {
  const { beats, notes, tempos } = readBar(words, key);
  return {
    beats,
    notes: notes.map(({ step, pitch, duration, velocity }) => ({
      beat: step / STEPS_PER_BEAT,
      length: duration / STEPS_PER_BEAT,
      pitch,
      velocity,
    })),
    tempos: bpm === null ? tempos : [{ beat: 0, bpm }],
  };
}
