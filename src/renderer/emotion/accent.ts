import { inkOn, type Rgb } from './colour.ts';

/** More than twice as long as the song is told of a moving emotion, or a drag would count as rest. */
const QUIET_MS = 200;

/**
 * Gives the window's accent the colour of the emotion once that rests for a moment: every element inherits the accent, so
 * a change costs the style of the whole window, too much for each frame of a drag.
 */
export function accent(root: HTMLElement): (rgb: Rgb) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let shown = '';
  return (rgb) => {
    const colour = `rgb(${rgb.join(' ')})`;
    clearTimeout(timer);
    if (colour === shown) return;
    const apply = (): void => {
      shown = colour;
      root.style.setProperty('--now', colour);
      root.style.setProperty('--now-ink', inkOn(rgb));
    };
    if (shown === '') apply();
    else timer = setTimeout(apply, QUIET_MS);
  };
}
