import { requireInput } from '../model/error.ts';
import { type Touch, USUAL_TOUCH } from '../model/performing/touch.ts';
import { wholeOf } from './arguments.ts';

/** How generated music is played. */
export const TOUCH_OPTIONS = {
  pedal: { type: 'string', default: USUAL_TOUCH.pedal ? 'on' : 'off' },
  timing: { type: 'string' },
} as const;

export const TOUCH_USAGE = `  --pedal on|off    with the sustain pedal or without (default: ${TOUCH_OPTIONS.pedal.default})
  --timing N        0 (on the grid) to 100 (a player's own micro-timing; default: ${100 * USUAL_TOUCH.timing}, or 100 where the
                    model itself writes it)`;

/**
 * @param isTimed the model itself says how notes are played beside the grid
 * Throws an input error for what cannot be read.
 */
export function touchOf({ pedal, timing }: { pedal: string; timing?: string }, isTimed = false): Touch {
  requireInput(pedal === 'on' || pedal === 'off', `--pedal is on or off, not '${pedal}'`);
  const usual = isTimed ? 100 : 100 * USUAL_TOUCH.timing;
  const percent = timing === undefined ? usual : wholeOf('--timing', timing);
  requireInput(percent >= 0 && percent <= 100, `--timing wants 0 to 100, not ${percent}`);
  return { pedal: pedal === 'on', timing: percent / 100 };
}
