import type { Steering } from '../model/muser/steering.ts';
import { parseProgression } from '../model/music/parse-chord.ts';
import { type Touch, USUAL_TOUCH } from '../model/performing/touch.ts';
import type { Ask } from './document.ts';

type Limits = Pick<Ask, 'chords' | 'progression' | 'low' | 'high' | 'voices' | 'density'>;

/**
 * The limits among what is asked, undefined where there are none. Chords that are kept from a clip are none: whoever keeps
 * them says which they are. Throws an input error for a progression that cannot be read.
 */
export function steeringOfAsk({
  chords,
  progression,
  low,
  high,
  voices,
  density,
}: Limits): Steering | undefined {
  const steering: Steering = {
    ...(chords === 'typed' ? { chords: parseProgression(progression) } : {}),
    ...(low !== null ? { low } : {}),
    ...(high !== null ? { high } : {}),
    ...(voices !== null ? { polyphony: voices } : {}),
    ...(density !== null ? { density } : {}),
  };
  return Object.keys(steering).length > 0 ? steering : undefined;
}

/**
 * How the music that is asked for is played.
 * @param isTimed the model itself says how notes are played beside the grid
 */
export function touchOfAsk({ pedal, timing }: Pick<Ask, 'pedal' | 'timing'>, isTimed = false): Touch {
  return {
    pedal: pedal ?? USUAL_TOUCH.pedal,
    timing: timing === undefined ? (isTimed ? 1 : USUAL_TOUCH.timing) : timing / 100,
  };
}
