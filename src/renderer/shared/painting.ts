/**
 * Runs what paints one canvas. A picture that cannot be drawn stays empty and is told to the console: it must not take the
 * window with it, in which everything else still works.
 */
export function painting(context: CanvasRenderingContext2D, paint: () => void): void {
  context.save();
  try {
    paint();
  } catch (error) {
    console.error('A picture could not be drawn.', error);
  }
  context.restore();
}
