import type { Message } from '../message.ts';
import { endings, isEnded, type PendingEnd, type Unended, union } from './unended.ts';

/**
 * The ends of notes that sounded on ports when these vanished, kept until the ports are back, whichever port is in use
 * by then. `changed` gets the whole list each time, for the journal: it must outlive this process.
 */
export class PendingNoteOffs {
  readonly #owed = new Map<string, Unended>();
  readonly #changed: (pending: readonly PendingEnd[]) => void;

  constructor(owed: readonly PendingEnd[], changed: (pending: readonly PendingEnd[]) => void) {
    this.#changed = changed;
    for (const one of owed) this.#add(one.port, one);
  }

  /** Names of the ports to which something is owed. */
  get ports(): string[] {
    return [...this.#owed.keys()];
  }

  add(port: string, unended: Unended): void {
    if (isEnded(unended)) return;
    this.#add(port, unended);
    this.#changed(this.#list());
  }

  /** Pays what is owed to this port through `send`, which throws when the port can't be reached: then it stays owed. */
  settle(port: string, send: (messages: readonly Message[]) => void): void {
    const unended = this.#owed.get(port);
    if (!unended) return;
    send(endings(unended));
    this.#owed.delete(port);
    this.#changed(this.#list());
  }

  #add(port: string, unended: Unended): void {
    const before = this.#owed.get(port);
    this.#owed.set(port, before ? union(before, unended) : unended);
  }

  #list(): PendingEnd[] {
    return [...this.#owed].map(([port, { sounding, pedals }]) => ({ port, sounding, pedals }));
  }
}
