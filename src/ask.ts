import type { Ask } from './document.ts';
import type { Steering } from './model/muser/steering.ts';
import { parseProgression } from './model/music/parse-chord.ts';

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
