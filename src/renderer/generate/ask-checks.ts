import { steeringOfAsk } from '../../contract/ask.ts';
import type { Ask } from '../../contract/document.ts';
import { checkSteering } from '../../model/muser/steering.ts';

/** What cannot be asked for, in words to be shown at its field. */
export interface Problems {
  readonly chords: string | null;
  readonly range: string | null;
}

/** Checks the chords and the range as the model will, so that it is said while they are typed. */
export function problemsOf(ask: Ask): Problems {
  const range = problem({ ...ask, chords: 'free' });
  // With a range that cannot be, the chords are checked without it.
  const chords = range === null ? ask : { ...ask, low: null, high: null, voices: null, density: null };
  return { range, chords: ask.chords === 'typed' ? problem(chords) : null };
}

function problem(ask: Ask): string | null {
  try {
    const steering = steeringOfAsk(ask);
    if (steering) checkSteering(steering, ask.beatsPerBar);
    return null;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
  }
}
