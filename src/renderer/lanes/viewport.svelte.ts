import { barStarts } from '../edit/bars.ts';
import type { Session } from '../session/session.svelte.ts';
import { stripFor } from './strip.ts';
import { axisFor, type TimeAxis, zoomAbout } from './time-axis.ts';

class Place {
  zoom = $state(1);
  start = $state(0);
}

/** Where the lanes look: one zoom and one scroll position for all of them; live music has its own, and leaves the clip's. */
export class Viewport {
  width = $state(600);
  readonly #clip = new Place();
  readonly #live = new Place();
  readonly #whole = new Place();
  /** Beats of other music that is shown on the same axis; 0 where there is none. */
  beside = $state(0);
  readonly #session: Session;
  readonly starts: number[] = $derived.by(() => (this.#session.shown ? barStarts(this.#session.shown) : [0]));
  readonly totalBeats: number = $derived(Math.max(this.beside, this.starts[this.starts.length - 1]));
  readonly axis: TimeAxis = $derived(axisFor(this.totalBeats, this.zoom, this.start, this.width));
  #strip: TimeAxis | null = null;
  /** What the lanes' canvases hold, around what is in view. */
  readonly strip: TimeAxis = $derived.by(() => {
    this.#strip = stripFor(this.axis, this.totalBeats, devicePixelRatio, this.#strip);
    return this.#strip;
  });

  constructor(session: Session) {
    this.#session = session;
  }

  get #place(): Place {
    const { streamed, showsWhole, arranged } = this.#session;
    if (streamed) return this.#live;
    return showsWhole && arranged ? this.#whole : this.#clip;
  }

  get zoom(): number {
    return this.#place.zoom;
  }

  get start(): number {
    return this.#place.start;
  }

  set start(beat: number) {
    this.#place.start = beat;
  }

  /** By pixels. */
  scrollBy(dx: number): void {
    this.start = axisFor(
      this.totalBeats,
      this.zoom,
      this.axis.start + dx / this.axis.scale,
      this.width,
    ).start;
  }

  zoomBy(factor: number, x = this.width / 2): void {
    const next = zoomAbout(this.axis, this.totalBeats, this.zoom, factor, x);
    this.#place.zoom = next.zoom;
    this.#place.start = next.start;
  }

  /** Turns the page when the beat is outside. */
  follow(beat: number): void {
    const shown = this.axis.width / this.axis.scale;
    if (beat >= this.axis.start && beat < this.axis.start + shown) return;
    this.start = axisFor(this.totalBeats, this.zoom, beat, this.width).start;
  }
}
