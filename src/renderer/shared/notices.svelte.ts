export interface Notice {
  id: number;
  text: string;
  trouble: boolean;
  action?: { label: string; run: () => void };
}

const SHOWN_MS = 6000;
/** Trouble stays longer, and as long as it takes to read it. */
const TROUBLE_MS = 12_000;
const TROUBLE_MS_A_CHARACTER = 60;
const MOST = 4;

/** Messages in plain words. Each goes by itself after a while, but not while it is pointed at or offers a way out of trouble. */
export class Notices {
  list = $state.raw<readonly Notice[]>([]);
  #nextId = 1;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

  /** Returns its id, by which it can be put away early. */
  tell(text: string, action?: Notice['action']): number {
    const id = this.#add({ text, trouble: false, action });
    this.release(id);
    return id;
  }

  /** A message that is being read, or reached for, stays. */
  hold(id: number): void {
    clearTimeout(this.#timers.get(id));
  }

  /** From now on its time runs; trouble that offers something has none. */
  release(id: number): void {
    this.hold(id);
    const notice = this.list.find((known) => known.id === id);
    if (!notice || (notice.trouble && notice.action)) return;
    const shownMs = notice.trouble ? TROUBLE_MS + TROUBLE_MS_A_CHARACTER * notice.text.length : SHOWN_MS;
    this.#timers.set(
      id,
      setTimeout(() => this.dismiss(id), shownMs),
    );
  }

  /** What it offers is done once. */
  act({ id, action }: Notice): void {
    this.dismiss(id);
    action?.run();
  }

  fail(error: unknown, action?: Notice['action']): void {
    const text = error instanceof Error ? error.message : String(error);
    // A sentence begins with a capital; a file keeps its name.
    const file = /^\S+\.\w+\b/.test(text);
    const said = file ? text : text.charAt(0).toUpperCase() + text.slice(1);
    this.release(this.#add({ text: said, trouble: true, action }));
  }

  dismiss(id: number): void {
    this.hold(id);
    this.#timers.delete(id);
    this.list = this.list.filter((notice) => notice.id !== id);
  }

  #add(notice: Omit<Notice, 'id'>): number {
    const id = this.#nextId++;
    const others = this.list.filter((known) => known.text !== notice.text);
    this.list = [...others, { id, ...notice }].slice(-MOST);
    return id;
  }
}
