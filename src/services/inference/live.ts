import { steeringOfAsk, touchOfAsk } from '../../contract/ask.ts';
import type { LiveMusic, MusicModel } from '../../model/composing/music-model.ts';
import { AffettoError } from '../../model/error.ts';
import { LivePerformer } from '../../model/performing/live-performer.ts';
import type { PerformerNetwork } from '../../model/performing/network.ts';
import type { Composer } from './serve.ts';

/** Bars that can be asked for again: MIDI's longest look-ahead, the bar that sounds, and one more. */
const REMEMBERS = 10;

/** Live music, one piece at a time, written bar by bar as it is asked for. */
export function createLiveRequests(
  modelOf: () => Promise<MusicModel>,
  breathe: () => Promise<void>,
  performer: Promise<PerformerNetwork | null> = Promise.resolve(null),
): Pick<Composer, 'live.open' | 'live.bar' | 'live.close'> {
  let open: { music: LiveMusic; model: MusicModel; player: LivePerformer | null } | null = null;
  const close = (): void => {
    open?.music.dispose();
    open = null;
  };
  return {
    'live.open': async ({ ask, seed, key }) => {
      close();
      const model = await modelOf();
      const conditions = {
        emotion: ask.emotion,
        key: key ?? ask.key,
        bpm: ask.tempo,
        beatsPerBar: ask.beatsPerBar,
        steering: steeringOfAsk(ask),
      };
      const { temperature } = ask;
      const music = await model.live({ conditions, seed, remembers: REMEMBERS, breathe, temperature });
      const network = await performer;
      const { isPlayed } = model;
      const touch = touchOfAsk(ask, isPlayed);
      const player =
        network && new LivePerformer(network, { ...touch, seed, remembers: REMEMBERS, isTimed: isPlayed });
      close();
      open = { music, model, player };
      return { key: music.key, model: model.config.name };
    },
    'live.bar': async ({ bar, fromBeat, emotion, intensity }) => {
      if (!open) throw new AffettoError('No live music is open. Press Live again.', 'failure');
      const { music, model, player } = open;
      const guidance = model.guidanceOf(intensity);
      const written = await music.bar({ bar, fromBeat, feeling: { emotion, guidance } });
      return player?.play(bar, written, emotion, fromBeat) ?? written;
    },
    'live.close': async () => {
      close();
      return {};
    },
  };
}

/** Writes a bar for nobody: the first music that is asked for then does not wait for matrices to be made ready. */
export async function warmUp(model: MusicModel, breathe: () => Promise<void>): Promise<void> {
  const conditions = { emotion: { valence: 0, arousal: 0 } };
  const music = await model.live({ conditions, seed: 0, remembers: 0, breathe });
  try {
    await music.bar({ bar: 0, feeling: conditions });
  } finally {
    music.dispose();
  }
}
