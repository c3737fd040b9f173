import type { Health, HistogramBin } from '../protocol.ts';

/** Upper edges of the bins, ms; the last bin has none. */
const EDGES = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100];
/** From here on a listener may notice. */
const LATE_MS = 5;
/** Percentiles are read from finer bins: each edge is 2 % above the one before, from 1 µs to about 10 s. */
const FINE_STEP = Math.log(1.02);
const FINE_BINS = 820;

/** How late messages were sent: a histogram of fixed size, however long it runs. */
export class Lateness {
  readonly #bins = new Array<number>(EDGES.length + 1).fill(0);
  readonly #fine = new Uint32Array(FINE_BINS);
  #sent = 0;
  #late = 0;
  #max = 0;

  /** One message was sent `ms` after it was due. */
  add(ms: number): void {
    const value = Math.max(0, ms);
    this.#sent++;
    if (value > LATE_MS) this.#late++;
    if (value > this.#max) this.#max = value;
    const bin = EDGES.findIndex((edge) => value < edge);
    this.#bins[bin < 0 ? EDGES.length : bin]++;
    this.#fine[Math.max(0, Math.min(FINE_BINS - 1, Math.ceil(Math.log(value / 0.001) / FINE_STEP)))]++;
  }

  reset(): void {
    this.#bins.fill(0);
    this.#fine.fill(0);
    this.#sent = this.#late = this.#max = 0;
  }

  /** Lateness that `share` (0..1) of all messages stayed under, ms, to 2 %; 0 when nothing was sent. */
  percentile(share: number): number {
    if (this.#sent === 0) return 0;
    let seen = 0;
    for (let bin = 0; bin < FINE_BINS; bin++) {
      seen += this.#fine[bin];
      if (seen >= share * this.#sent) return Math.min(this.#max, 0.001 * Math.exp(bin * FINE_STEP));
    }
    return this.#max;
  }

  summary(): Health['lateness'] {
    const bins: HistogramBin[] = this.#bins.map((count, index) => ({ belowMs: EDGES[index] ?? null, count }));
    return {
      bins,
      sent: this.#sent,
      p50: this.percentile(0.5),
      p99: this.percentile(0.99),
      p999: this.percentile(0.999),
      max: this.#max,
      late: this.#late,
    };
  }
}
