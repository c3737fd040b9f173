/** What is drawn with: a canvas aside, or one on the page. */
export type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/**
 * Gives a canvas pictures that are drawn aside and handed over whole. One that is drawn on itself is part of every frame of
 * the window's: Chromium takes a new copy of it for each and shows that anew, whether or not anything was drawn. `restored`:
 * the graphics card lost the picture, and it can be drawn again.
 */
export function easel(
  canvas: HTMLCanvasElement,
  restored: () => void,
): (width: number, height: number, ratio: number, paint: (context: Context) => void) => void {
  const shown = canvas.getContext('bitmaprenderer');
  const aside = new OffscreenCanvas(1, 1);
  const context = aside.getContext('2d');
  aside.addEventListener('contextrestored', restored);
  return (width, height, ratio, paint) => {
    if (!shown || !context) return;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (w === 0 || h === 0) return;
    if (aside.width !== w || aside.height !== h) [aside.width, aside.height] = [w, h];
    if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    painting(context, () => paint(context));
    shown.transferFromImageBitmap(aside.transferToImageBitmap());
  };
}

/**
 * Runs what paints one canvas. A picture that cannot be drawn stays empty and is told to the console: it must not take the
 * window with it, in which everything else still works.
 */
export function painting(context: Context, paint: () => void): void {
  context.save();
  try {
    paint();
  } catch (error) {
    console.error('A picture could not be drawn.', error);
  }
  context.restore();
}
