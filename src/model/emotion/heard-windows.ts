import { firstFrom, type HeardNote } from './heard-note.ts';

/** A stretch of music as the network hears it. */
export interface HeardWindow {
  readonly features: Float32Array;
  readonly outputs: Float32Array;
}

interface Kept extends HeardWindow {
  readonly first: number;
  readonly count: number;
}

/** Music that was heard, and the windows of it that were asked for. */
interface Hearing {
  readonly notes: readonly HeardNote[];
  readonly windows: Map<string, Kept>;
}

/**
 * The windows of the music that was heard last, so that after an edit only those are heard again in which something
 * changed. Exact: a window is another's when its borders and its notes are the same.
 */
export class HeardWindows {
  #before: Hearing = { notes: [], windows: new Map() };
  #now: Hearing = { notes: [], windows: new Map() };

  of(
    notes: readonly HeardNote[],
    from = Number.NEGATIVE_INFINITY,
    to = Number.POSITIVE_INFINITY,
    hear: () => HeardWindow,
  ): HeardWindow {
    if (notes !== this.#now.notes) {
      this.#before = this.#now;
      this.#now = { notes, windows: new Map() };
    }
    const key = `${from} ${to}`;
    const known = this.#now.windows.get(key);
    if (known) return known;
    const first = firstFrom(notes, from);
    const count = firstFrom(notes, to) - first;
    const before = this.#before.windows.get(key);
    const same =
      before?.count === count &&
      alike(this.#before.notes.slice(before.first, before.first + count), notes.slice(first, first + count));
    const { features, outputs } = same ? before : hear();
    const window = { features, outputs, first, count };
    this.#now.windows.set(key, window);
    return window;
  }
}

const alike = (some: readonly HeardNote[], others: readonly HeardNote[]): boolean =>
  some.every((note, i) => {
    const other = others[i];
    return (
      note.startSeconds === other.startSeconds &&
      note.pitch === other.pitch &&
      note.velocity === other.velocity &&
      note.endSeconds === other.endSeconds &&
      note.soundSeconds === other.soundSeconds
    );
  });
