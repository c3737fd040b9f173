import { requireInput } from '../../model/error.ts';
import { playableBar } from '../../model/midi/written-bar.ts';
import { checkConditions } from '../../model/muser/conditions.ts';
import { keyName } from '../../model/music/names.ts';
import { LivePerformer } from '../../model/performing/live-performer.ts';
import type { BarSource } from '../../services/midi/protocol.ts';
import { keyOf, numberOf, wholeOf } from '../arguments.ts';
import { installedPerformer } from '../installed.ts';
import { loadComposer } from '../model.ts';
import { TOUCH_OPTIONS, touchOf } from '../touch-options.ts';

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
  readonly pedal?: string;
  readonly timing?: string;
}

/** The longest look-ahead that can be set, and the bar that sounds. */
const REMEMBERS = 10;

/** Opens the generator as a source of bars; `say` is told the key and the seed. */
export async function openLiveSource(options: LiveOptions, say: (line: string) => void): Promise<LiveSource> {
  const conditions = {
    emotion: {
      valence: numberOf('--valence', options.valence ?? '0'),
      arousal: numberOf('--arousal', options.arousal ?? '0'),
    },
    key: options.key === undefined ? null : keyOf(options.key),
    bpm: options.tempo === undefined ? null : numberOf('--tempo', options.tempo),
  };
  const bars = options.bars === undefined ? Number.POSITIVE_INFINITY : wholeOf('--bars', options.bars);
  requireInput(bars >= 1, `--bars wants at least 1, not ${bars}`);
  const seed = options.seed === undefined ? Math.floor(Math.random() * 1e9) : wholeOf('--seed', options.seed);
  checkConditions({ ...conditions, bars: null });
  const { pedal = TOUCH_OPTIONS.pedal.default, timing } = options;
  touchOf({ pedal, timing });
  const performer = await installedPerformer(say);
  const choice = { model: options.model ?? 'affetto', engine: options.engine ?? 'auto' };
  const { model } = await loadComposer(choice);
  const touch = touchOf({ pedal, timing }, model.isPlayed);
  const player =
    performer &&
    new LivePerformer(performer, { ...touch, seed, remembers: REMEMBERS, isTimed: model.isPlayed });
  const music = await model.live({ conditions, seed, remembers: REMEMBERS });
  say(`${keyName(music.key)}, seed ${seed}, engine ${model.engine.name}`);
  return {
    withinBar: true,
    nextBar: async ({ bar, fromBeat, conditions: { valence, arousal, intensity } }) => {
      if (bar >= bars) return null;
      // MIDI counts intensity 0..1, and 0.5 is as the weights suggest.
      const guidance = model.guidanceOf(2 * intensity);
      const emotion = { valence, arousal };
      const written = await music.bar({ bar, fromBeat, feeling: { emotion, guidance } });
      return playableBar(player?.play(bar, written, emotion, fromBeat) ?? written);
    },
    dispose: () => {
      music.dispose();
      model.dispose();
    },
  };
}
