import type { Attachment } from 'svelte/attachments';
import { painting } from '../shared/painting.ts';
import { Turns } from '../shared/turns.ts';
import { shiftOf } from './strip.ts';
import type { TimeAxis } from './time-axis.ts';
import type { Viewport } from './viewport.svelte.ts';

/** Paints the stretch that an axis covers, from x = 0 on. */
export type PaintStretch = (context: CanvasRenderingContext2D, axis: TimeAxis, height: number) => void;

const turns = new Turns();

/**
 * A canvas that holds more of the time axis than is in view and is moved as that scrolls. It is drawn anew when what
 * `draw` reads has changed, first where it is in view and the rest at rest, and when the view nears its end.
 */
export function rolled(viewport: Viewport, draw: () => PaintStretch | null): Attachment<HTMLCanvasElement> {
  return (canvas) => {
    const context = canvas.getContext('2d');
    let paint: PaintStretch | null = null;
    let height = 0;
    let frame = 0;
    let held: TimeAxis | null = null;
    /** What of it is drawn, pixels. */
    let drawn = { from: 0, to: 0 };

    function repaint(whole: boolean): void {
      cancelAnimationFrame(frame);
      frame = 0;
      turns.drop(extend);
      const { axis, strip } = viewport;
      if (!context || height === 0) return;
      const ratio = devicePixelRatio;
      resize(strip.width, ratio);
      held = strip;
      const left = -shiftOf(strip, axis, ratio);
      drawn = whole
        ? { from: 0, to: strip.width }
        : { from: Math.floor(left), to: Math.ceil(left + axis.width) };
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, strip.width, height);
      const { from, to } = drawn;
      painting(context, () => {
        context.translate(from, 0);
        context.beginPath();
        context.rect(0, 0, to - from, height);
        context.clip();
        const part = { scale: strip.scale, start: strip.start + from / strip.scale, width: to - from };
        paint?.(context, part, height);
      });
      if (to - from < strip.width) turns.atRest(extend);
      move();
    }
    const extend = (): void => repaint(true);

    function resize(width: number, ratio: number): void {
      const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
      if (canvas.width === w && canvas.height === h) return;
      canvas.width = w;
      canvas.height = h;
      canvas.style.width = `${width}px`;
    }

    function move(): void {
      if (held) canvas.style.transform = `translateX(${shiftOf(held, viewport.axis, devicePixelRatio)}px)`;
    }

    /** True while what is in view is drawn. */
    function shown({ scale, start, width }: TimeAxis): boolean {
      if (held?.scale !== scale) return false;
      const left = (start - held.start) * scale;
      return left >= drawn.from - 1 && left + width <= drawn.to + 1;
    }

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
        if (strip !== held) turns.soon(extend);
      });
    });
    return () => {
      stop();
      observer.disconnect();
      cancelAnimationFrame(frame);
      turns.drop(extend);
    };
  };
}
