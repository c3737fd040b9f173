/** What a file holds that was not read, or was set right, collected for its user. */
export class PassedOver {
  readonly #found = new Map<string, number>();

  add(what: string, count = 1): void {
    this.#found.set(what, (this.#found.get(what) ?? 0) + count);
  }

  /** One phrase each, with how often where it was more than once. */
  list(): string[] {
    return [...this.#found].map(([what, count]) => (count > 1 ? `${what} (${count})` : what));
  }
}
