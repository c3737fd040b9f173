/** Ends of a way in pixels; powers of two, so that a whole pixel on it stays one. */
export const PIXELS = [-8192, 8192] as const;

/** Milliseconds for 1 of a way: animations know no less than a thousandth of one, and these places are to be exact. */
const FINE = 1024;

/**
 * Moves an element along a way on which its transform changes evenly; nothing may reach the ends. The way is an animation
 * that stands still and is put to a place: Chromium hands that on to the layer alone, where a transform that is written
 * into the style has the layers of the whole window worked out anew, in every frame.
 */
export function slide(
  element: Element,
  transform: (place: number) => string,
  [from, to]: readonly [number, number],
  composite: CompositeOperation = 'replace',
): (place: number) => void {
  const ends = [{ transform: transform(from) }, { transform: transform(to) }];
  const way = element.animate(ends, { duration: (to - from) * FINE, fill: 'both', composite });
  way.pause();
  return (place) => {
    way.currentTime = (place - from) * FINE;
  };
}
