import type { Events } from '../../contract/contract.ts';
import type { BarSource, Conditions, MidiState, Notice, Position } from '../../services/midi/protocol.ts';
import type { MidiLink } from '../midi-link.ts';
import type { DriverEvents, LiveDriver } from './driver.ts';

/** The MIDI process plays: to the port that is chosen, in time with the DAW where that is set. */
export class MidiDriver implements LiveDriver {
  readonly #midi: MidiLink;
  readonly #source: BarSource;
  readonly #events: DriverEvents;
  #conditions: Conditions;
  #playing = false;

  constructor(midi: MidiLink, source: BarSource, conditions: Conditions, events: DriverEvents) {
    this.#midi = midi;
    this.#source = source;
    this.#conditions = conditions;
    this.#events = events;
  }

  async start(): Promise<void> {
    await this.#midi.call('loop', null);
    await this.#midi.call('emotion', this.#conditions);
    await this.#midi.serve(this.#source);
    await this.play();
  }

  /** Goes on where new settings or the loss of the process have stopped it. */
  async play(): Promise<void> {
    await this.#midi.call('emotion', this.#conditions);
    await this.#midi.call('play', {});
    this.#playing = true;
    if (this.#midi.state) this.#events.transport(this.#midi.state.transport);
  }

  feel(conditions: Conditions): void {
    this.#conditions = conditions;
    this.#midi.call('emotion', conditions).catch(() => {});
  }

  async stop(): Promise<void> {
    this.#playing = false;
    this.#midi.release(this.#source);
    await this.#midi.call('stop', undefined).catch(() => {});
  }

  /** What the MIDI process tells. */
  hear({ name, value }: Events['midi.event']): void {
    if (name === 'state') this.#changed(value as MidiState);
    else if (name === 'position') this.#events.position(value as Position);
    else if (name === 'notice') this.#noticed(value as Notice);
  }

  #changed({ transport, source }: MidiState): void {
    if (this.#playing && source === 'live') this.#events.transport(transport);
  }

  #noticed(notice: Notice): void {
    if (notice.code !== 'rescued') this.#events.notice(notice);
    else if (this.#playing) {
      this.#playing = false;
      this.play().catch(() => this.#events.lost());
    }
  }
}
