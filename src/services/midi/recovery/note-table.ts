import {
  ALL_NOTES_OFF,
  bendCentre,
  controller,
  isNoteOff,
  isNoteOn,
  type Message,
  noteOff,
  SUSTAIN,
} from '../message.ts';
import type { Unended } from './unended.ts';

/**
 * What sounds on one port. Every message is asked about before it goes out (`needed`) and told when it has gone out
 * (`sent`), so that whatever happens, `endings` says exactly what ends all that sounds. A message that the port refused
 * is not told and so changes nothing: a note whose end was refused sounds on.
 */
export class NoteTable {
  /** channel * 128 + pitch -> identity of the note that sounds there (-1 when the sender gave none). */
  readonly #sounding = new Map<number, number>();
  readonly #pedals = new Set<number>();
  /** Channels whose pitch wheel is out of its middle. */
  readonly #bent = new Set<number>();
  /** Notes and pedals ended since the port was last seen there: some drivers take what nobody receives. */
  readonly #unsureNotes = new Set<number>();
  readonly #unsurePedals = new Set<number>();
  /** Channels on which something was begun since All Notes Off. */
  readonly #touched = new Set<number>();

  /**
   * What has to be sent for this message. A note that is struck again is ended first, else its second note-off would be
   * the one that counts. A note-off whose note was already ended by that is stale: nothing is sent.
   */
  needed(message: Message, note = -1): readonly Message[] {
    const current = this.#sounding.get(keyOf(message));
    if (isNoteOn(message) && current !== undefined) {
      return [noteOff(message[0] & 0x0f, message[1]), message];
    }
    if (isNoteOff(message) && note >= 0 && current !== note) return [];
    return [message];
  }

  /** The port took this message. */
  sent(message: Message, note = -1): void {
    const channel = message[0] & 0x0f;
    if (isNoteOn(message)) {
      this.#sounding.set(keyOf(message), note);
      this.#touched.add(channel);
    } else if (isNoteOff(message)) {
      if (this.#sounding.delete(keyOf(message))) this.#unsureNotes.add(keyOf(message));
    } else if ((message[0] & 0xf0) === 0xb0) this.#control(channel, message[1], message[2]);
    else if ((message[0] & 0xf0) === 0xe0) {
      if (message[1] === 0 && message[2] === 64) this.#bent.delete(channel);
      else this.#bent.add(channel);
    }
  }

  /** Everything that ends what sounds: note-offs, then the pedals up, then All Notes Off on channels that were used. */
  endings(): Message[] {
    const channels = [...new Set([...this.#touched, ...this.#pedals])];
    return [
      ...this.sounding().map(({ channel, pitch }) => noteOff(channel, pitch)),
      ...channels.map((channel) => controller(channel, SUSTAIN, 0)),
      ...channels.map((channel) => controller(channel, ALL_NOTES_OFF, 0)),
      ...[...this.#bent].map(bendCentre),
    ];
  }

  /** The port was seen to be there: it got what was sent. */
  confirm(): void {
    this.#unsureNotes.clear();
    this.#unsurePedals.clear();
  }

  /** The port was found gone: what was ended since it was last seen may sound on it still. */
  doubt(): void {
    for (const key of this.#unsureNotes) if (!this.#sounding.has(key)) this.#sounding.set(key, -1);
    for (const channel of this.#unsurePedals) this.#pedals.add(channel);
    this.confirm();
  }

  /** Forgets everything; whoever took `unended` sees to it. */
  clear(): void {
    this.#sounding.clear();
    this.#pedals.clear();
    this.#bent.clear();
    this.#touched.clear();
    this.confirm();
  }

  get unended(): Unended {
    return { sounding: this.sounding(), pedals: this.pedals() };
  }

  get count(): number {
    return this.#sounding.size;
  }

  /** Nothing sounds and no pedal is down. */
  get silent(): boolean {
    return this.#sounding.size === 0 && this.#pedals.size === 0;
  }

  /** Whether the note of this message (on or off) sounds. */
  has(message: Message): boolean {
    return this.#sounding.has(keyOf(message));
  }

  /** Channels 0..15. */
  sounding(): { channel: number; pitch: number }[] {
    return [...this.#sounding.keys()].map((key) => ({ channel: key >> 7, pitch: key & 127 }));
  }

  /** Channels 0..15 whose pedal is down. */
  pedals(): number[] {
    return [...this.#pedals];
  }

  #control(channel: number, number: number, value: number): void {
    if (number === SUSTAIN && value >= 64) {
      this.#pedals.add(channel);
      this.#touched.add(channel);
    } else if (number === SUSTAIN) {
      if (this.#pedals.delete(channel)) this.#unsurePedals.add(channel);
    }
    // Instruments that ignore it still have their notes: those stay in the table.
    else if (number === ALL_NOTES_OFF) this.#touched.delete(channel);
  }
}

function keyOf(message: Message): number {
  return (message[0] & 0x0f) * 128 + message[1];
}
