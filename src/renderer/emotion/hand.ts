import type { Emotion } from '../../contract/document.ts';

/** So often the song hears of a moving emotion; the point and the sliders follow the hand in every frame. */
const TELL_MS = 70;

type Show = (emotion: Emotion) => void;

/**
 * An emotion on the move. What follows it is moved by hand in each frame; the song, whose change costs the words, figures
 * and colours of the window, is told between frames and less often, and at the end exactly.
 */
export class Hand {
  readonly #shows = new Set<Show>();
  #tell: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;

  /** `show` is called for each step of a move; returns how to stop that. */
  readonly follow = (show: Show): (() => void) => {
    this.#shows.add(show);
    return () => this.#shows.delete(show);
  };

  /** To be called once a frame at most. `tell` puts this emotion into the song, now or later; only the last one runs. */
  move(emotion: Emotion, tell: () => void): void {
    for (const show of this.#shows) show(emotion);
    this.#tell = tell;
    clearTimeout(this.#timer);
    // Not at once: behind this frame there is time, in it there is not.
    const due = performance.now() - this.#toldAt >= TELL_MS;
    this.#timer = setTimeout(() => this.rest(), due ? 0 : TELL_MS);
  }

  /** The end of a move: the song hears what it has not heard yet. */
  rest(): void {
    clearTimeout(this.#timer);
    const tell = this.#tell;
    this.#tell = null;
    if (!tell) return;
    this.#toldAt = performance.now();
    tell();
  }
}
