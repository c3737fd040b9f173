import type { Attachment } from 'svelte/attachments';
import { type Context, easel } from './painting.ts';

export type Draw = (context: Context, width: number, height: number) => void;

/**
 * Keeps a canvas as large as its box, sharp on any display, and redraws it once a frame at most when what `draw`
 * reads has changed. `draw` gives the painting function; what it reads on the way is what it depends on.
 */
export function painted(
  draw: () => Draw,
  onSize?: (width: number, height: number) => void,
): Attachment<HTMLCanvasElement> {
  return (canvas) => {
    let paint: Draw | null = null;
    let frame = 0;
    // As the observer told them: asking the canvas in each frame would have the page laid out in the middle of it.
    let width = 0;
    let height = 0;

    function repaint(): void {
      frame = 0;
      if (!paint || width === 0) return;
      hang(width, height, devicePixelRatio, (context) => paint?.(context, width, height));
    }
    const ask = (): void => {
      if (frame === 0) frame = requestAnimationFrame(repaint);
    };
    const hang = easel(canvas, ask);
    const observer = new ResizeObserver(() => {
      width = canvas.clientWidth;
      height = canvas.clientHeight;
      onSize?.(width, height);
      ask();
    });
    observer.observe(canvas);
    const stop = $effect.root(() => {
      $effect(() => {
        paint = draw();
        ask();
      });
    });
    return () => {
      stop();
      observer.disconnect();
      cancelAnimationFrame(frame);
    };
  };
}
