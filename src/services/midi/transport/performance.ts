import type { Bar } from '../../../model/midi/bar.ts';
import type { DawTransport } from '../clock/daw-transport.ts';
import { TempoClock, type Timebase } from '../clock/timebase.ts';
import type { MidiSettings } from '../protocol.ts';
import type { MessageSink } from '../timing/message-sink.ts';
import type { Arranger } from './arranger.ts';
import { Committer } from './committer.ts';
import type { BeatEvent } from './expand.ts';
import type { Playhead } from './live-feed.ts';
import { PieceTempo } from './piece-tempo.ts';
import { type Placed, Sequencer } from './sequencer.ts';

/** It is over this long after its last message. */
const LAST_MS = 20;

/**
 * Music on its way: bars on the beat axis, the beat axis on a timebase, messages at their times in the sink. Knows
 * nothing of play and stop; whoever calls says what time it is.
 */
export class Performance {
  readonly #arranger: Arranger;
  readonly #sequencer: Sequencer;
  readonly #committer: Committer;
  #settings: MidiSettings;
  #timebase: Timebase = new TempoClock(0, 0, 120);
  #tempo: PieceTempo | null = null;

  constructor(
    arranger: Arranger,
    sink: MessageSink,
    settings: MidiSettings,
    onPlaced: (placed: Placed) => void,
  ) {
    this.#arranger = arranger;
    this.#settings = settings;
    this.#committer = new Committer(sink);
    this.#sequencer = new Sequencer(arranger, settings.routing, (placed) => {
      this.#tempo?.placed(placed, arranger, this.#settings);
      onPlaced(placed);
    });
  }

  /** New settings from the first bar that is not placed yet on; a new tempo from the first message not committed. */
  configure(settings: MidiSettings): void {
    const before = this.#settings;
    this.#settings = settings;
    this.#sequencer.routing = settings.routing;
    if (this.#timebase instanceof TempoClock && settings.tempo === 'daw' && settings.bpm !== before.bpm) {
      this.#timebase.setTempo(this.#committer.until, settings.bpm);
    }
  }

  /** From this beat of the take, or of the DAW's song, on its own clock from `time` on or on the DAW's. */
  start(beat: number, clock: { time: number } | { daw: DawTransport }): void {
    this.#tempo = 'time' in clock ? new PieceTempo(beat, clock.time, this.#settings.bpm) : null;
    this.#timebase = 'daw' in clock ? clock.daw : this.#tempo!.clock;
    this.#sequencer.start(beat, this.#arranger.locate(beat).from);
    this.#committer.restart(beat);
  }

  /** Commits everything up to `until`; `more`: messages to be sent among the music's, before it at the same beat. */
  commit(until: number, more: readonly BeatEvent[], offset: number): void {
    const events = this.#sequencer.advance(until);
    this.#committer.commit([...more, ...events], until, this.#timebase, offset);
  }

  /** All messages have left. */
  isOver(now: number, offset: number): boolean {
    return (
      this.#sequencer.done && this.beatAt(now - LAST_MS - Math.max(0, offset)) > this.#committer.lastBeat
    );
  }

  /** Forgets what is not committed yet. Beat of the take where it stood; null when nothing was placed. */
  end(now: number): number | null {
    const beat = this.beatAt(now);
    const placed = this.#sequencer.at(beat);
    this.#sequencer.clear();
    return placed && this.#arranger.startOf(placed.index) + Math.max(0, beat - placed.start);
  }

  /** A piece that ended can go on when something new was loaded. */
  revive(now: number): void {
    this.#sequencer.revive(Math.ceil(this.beatAt(now)));
  }

  /** The rest of a bar was made anew. */
  splice(bar: number, fromBeat: number, content: Bar): void {
    this.#sequencer.splice(bar, fromBeat, content, this.#committer.until);
  }

  beatAt(now: number): number {
    return this.#timebase.beatAt(now);
  }

  bpmAt(now: number): number {
    return this.#timebase.bpmAt(now) ?? this.#settings.bpm;
  }

  /** The bar that sounds at this beat. */
  placedAt(beat: number): Placed | null {
    return this.#sequencer.at(beat);
  }

  /** What a live source has to know of where the music is. */
  playhead(now: number, playing: boolean): Playhead {
    const beat = this.beatAt(now);
    const placed = playing ? this.placedAt(beat) : null;
    const { loop } = this.#arranger;
    return {
      next: this.#arranger.nextIndex,
      last: loop ? loop.startBar + loop.bars - 1 : Number.POSITIVE_INFINITY,
      sounding: placed && {
        bar: placed.index,
        beat: beat - placed.start,
        beats: placed.bar.beats,
        beatsPerMs: this.bpmAt(now) / 60_000,
      },
    };
  }
}
