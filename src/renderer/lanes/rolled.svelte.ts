import type { Attachment } from 'svelte/attachments';
import { FrameQueue } from '../shared/frame-queue.ts';
import { type Context, easel } from '../shared/painting.ts';
import { PIXELS, slide } from '../shared/slide.ts';
import { shiftOf } from './strip.ts';
import type { TimeAxis } from './time-axis.ts';
import type { Viewport } from './viewport.svelte.ts';

/** Paints the stretch that an axis covers, from x = 0 on. */
export type PaintStretch = (context: Context, axis: TimeAxis, height: number) => void;

const queue = new FrameQueue();

/**
 * A canvas that holds more of the time axis than is in view and is moved as that scrolls. It is drawn anew when what
 * `draw` reads has changed, first where it is in view and the rest at rest, and when the view nears its end.
 */
export function rolled(viewport: Viewport, draw: () => PaintStretch | null): Attachment<HTMLCanvasElement> {
  return (canvas) => {
    let paint: PaintStretch | null = null;
    let height = 0;
    let frame = 0;
    let held: TimeAxis | null = null;
    /** What of it is drawn, pixels; the picture is no larger. */
    let drawn = { from: 0, to: 0 };

    function repaint(whole: boolean): void {
      cancelAnimationFrame(frame);
      frame = 0;
      queue.drop(extend);
      const { axis, strip } = viewport;
      if (height === 0) return;
      const ratio = devicePixelRatio;
      held = strip;
      // On whole device pixels, as the shift is: nothing blurs.
      const from = whole ? 0 : -shiftOf(strip, axis, ratio);
      const to = whole ? strip.width : from + Math.ceil(axis.width * ratio) / ratio;
      drawn = { from, to };
      canvas.style.width = `${to - from}px`;
      hang(to - from, height, ratio, (context) => {
        paint?.(
          context,
          { scale: strip.scale, start: strip.start + from / strip.scale, width: to - from },
          height,
        );
      });
      if (to - from < strip.width) queue.atRest(extend);
      move();
    }
    const extend = (): void => repaint(true);

    function move(): void {
      if (held) put(shiftOf(held, viewport.axis, devicePixelRatio) + drawn.from);
    }

    /** True while what is in view is drawn. */
    function shown({ scale, start, width }: TimeAxis): boolean {
      if (held?.scale !== scale) return false;
      const left = (start - held.start) * scale;
      return left >= drawn.from - 1 && left + width <= drawn.to + 1;
    }

    const put = slide(canvas, (x) => `translateX(${x}px)`, PIXELS);
    const hang = easel(canvas, () => repaint(true));
    const observer = new ResizeObserver(([entry]) => {
      height = Math.round(entry.contentRect.height);
      repaint(false);
    });
    if (canvas.parentElement) observer.observe(canvas.parentElement);
    const stop = $effect.root(() => {
      $effect(() => {
        paint = draw();
        if (frame === 0) frame = requestAnimationFrame(() => repaint(false));
      });
      $effect(() => {
        const { axis, strip } = viewport;
        if (!shown(axis)) {
          // Scrolled out of what is drawn: the rest is needed at once. Zoomed: what is in view is enough for now.
          repaint(held?.scale === axis.scale);
          return;
        }
        move();
        if (strip !== held) queue.soon(extend);
      });
    });
    return () => {
      stop();
      observer.disconnect();
      cancelAnimationFrame(frame);
      queue.drop(extend);
    };
  };
}
