import { TempoClock } from '../clock/timebase.ts';
import type { MidiSettings } from '../protocol.ts';
import type { Arranger } from './arranger.ts';
import type { Placed } from './sequencer.ts';

/** The clock of music that keeps its own time: at a set tempo, or along the tempo changes that its bars bring. */
export class PieceTempo {
  readonly clock: TempoClock;
  readonly #start: number;

  /** Beat `beat` falls on `time` (ms). */
  constructor(beat: number, time: number, bpm: number) {
    this.#start = beat;
    this.clock = new TempoClock(beat, time, bpm);
  }

  /** A bar was laid down: its tempo changes count from here on. */
  placed(placed: Placed, arranger: Arranger, { tempo, bpm }: MidiSettings): void {
    if (tempo !== 'piece' || placed.repeated) return;
    const first = { beat: 0, bpm: arranger.tempoOf(placed.index) ?? bpm };
    for (const change of [first, ...(placed.bar.tempos ?? [])]) {
      this.clock.setTempo(Math.max(placed.start + change.beat, this.#start), change.bpm);
    }
  }
}
