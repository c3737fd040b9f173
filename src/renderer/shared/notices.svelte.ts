export interface Notice {
  id: number;
  text: string;
  trouble: boolean;
  action?: { label: string; run: () => void };
}

const SHOWN_MS = 6000;
const MOST = 4;

/** Messages in plain words; trouble stays until it is put away. */
export class Notices {
  list = $state.raw<readonly Notice[]>([]);
  #nextId = 1;

  tell(text: string, action?: Notice['action']): void {
    const id = this.#add({ text, trouble: false, action });
    setTimeout(() => this.dismiss(id), SHOWN_MS);
  }

  fail(error: unknown, action?: Notice['action']): void {
    const text = error instanceof Error ? error.message : String(error);
    // A sentence begins with a capital; a file keeps its name.
    const file = /^\S+\.\w+\b/.test(text);
    this.#add({ text: file ? text : text.charAt(0).toUpperCase() + text.slice(1), trouble: true, action });
  }

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }

  #add(notice: Omit<Notice, 'id'>): number {
    const id = this.#nextId++;
    const others = this.list.filter((known) => known.text !== notice.text);
    this.list = [...others, { id, ...notice }].slice(-MOST);
    return id;
  }
}
