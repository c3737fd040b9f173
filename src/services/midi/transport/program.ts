import type { Take } from '../../../model/midi/bar.ts';
import { type Arranger, barsOf } from './arranger.ts';
import type { LiveFeed } from './live-feed.ts';

/** What is played: a take, the one that takes over at the next bar line, or a live source. */
export class Program {
  readonly #arranger: Arranger;
  #feed: LiveFeed | null = null;
  #take: Take | null = null;
  #next: Take | null = null;

  constructor(arranger: Arranger) {
    this.#arranger = arranger;
  }

  get feed(): LiveFeed | null {
    return this.#feed;
  }
  get source(): 'none' | 'take' | 'live' {
    if (this.#feed) return 'live';
    return this.#take ? 'take' : 'none';
  }
  get takeId(): string | null {
    return this.#take?.id ?? null;
  }
  get nextTakeId(): string | null {
    return this.#next?.id ?? null;
  }
  /** The first bar is not there yet. */
  get waits(): boolean {
    return this.#feed?.bar(0) === 'later';
  }

  load(take: Take, from: 'start' | 'same-bar', playing: boolean): void {
    this.#feed = null;
    this.#arranger.use(barsOf(take), from, playing);
    if (playing) this.#next = take;
    else this.#take = take;
  }

  live(feed: LiveFeed, playing: boolean): void {
    this.#feed = feed;
    this.#take = this.#next = null;
    this.#arranger.use(feed, 'start', playing);
  }

  /** The next take is the one that sounds. */
  takeOver(): void {
    if (this.#next) this.#take = this.#next;
    this.#next = null;
  }

  /** A bar was laid down; true when it is the first of the next take. */
  advanced(): boolean {
    if (!this.#next || this.#arranger.swapping) return false;
    this.takeOver();
    return true;
  }
}
