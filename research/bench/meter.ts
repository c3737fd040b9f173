/** Words in one spell: long enough for the clock, short enough that some spells are undisturbed. */
const SPELL = 64;

/** Seconds of processor time that this process has used: a busy machine counts for little in it. */
function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

/** A quarter of the values lie below. Where small differences matter: other processes only ever make a spell longer. */
export const lowerQuartile = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 4)] ?? Number.NaN;
};

/** Times words in spells of equal length; the median spell stands for all. */
export class Meter {
  /** Seconds a word of each spell. */
  readonly spells: number[] = [];
  #words = 0;
  #start = 0;

  /** To be called at every word. */
  word(): void {
    if (this.#words === 0) this.#start = processorSeconds();
    else if (this.#words % SPELL === 0) {
      const now = processorSeconds();
      this.spells.push((now - this.#start) / SPELL);
      this.#start = now;
    }
    this.#words++;
  }

  get words(): number {
    return this.#words;
  }

  /** Milliseconds of processor time a word. */
  get msPerWord(): number {
    return 1000 * median(this.spells);
  }
}

/** Milliseconds of processor time that one call takes: the median of spells of at least 40 ms. */
export function timeCall(call: () => void, spells = 9): number {
  const times: number[] = [];
  for (let spell = 0; spell < spells; spell++) {
    const start = processorSeconds();
    let calls = 0;
    let used = 0;
    do {
      for (let i = 0; i < 16; i++) call();
      calls += 16;
      used = processorSeconds() - start;
    } while (used < 0.04);
    times.push((1000 * used) / calls);
  }
  return median(times);
}
