import { ALL_NOTES_OFF, controller, isNoteOff, isNoteOn, type Message, noteOff, SUSTAIN } from './message.ts';

/**
 * What sounds on one port. Every message passes through `admit` on its way out, so that whatever happens, `release` can
 * end exactly what sounds: by explicit note-offs, because many instruments ignore All Notes Off.
 */
export class NoteTable {
  /** channel * 128 + pitch -> identity of the note that sounds there (-1 when the sender gave none). */
  readonly #sounding = new Map<number, number>();
  /** Notes whose note-off was refused. */
  readonly #unended = new Set<number>();
  readonly #pedals = new Set<number>();
  readonly #touched = new Set<number>();

  /**
   * What has to be sent for this message. A note that is struck again is ended first, else its second note-off would be
   * the one that counts. A note-off whose note was already ended by that is stale: nothing is sent.
   */
  admit(message: Message, note = -1): readonly Message[] {
    const channel = message[0] & 0x0f;
    if (message[0] >= 0xf0) return [message];
    this.#touched.add(channel);
    const key = channel * 128 + message[1];
    if (isNoteOn(message)) {
      const restruck = this.#sounding.has(key);
      this.#unended.delete(key);
      this.#sounding.set(key, note);
      return restruck ? [noteOff(channel, message[1]), message] : [message];
    }
    if (isNoteOff(message)) {
      const current = this.#sounding.get(key);
      if (note >= 0 && current !== note) return [];
      this.#sounding.delete(key);
      this.#unended.delete(key);
      return [message];
    }
    if ((message[0] & 0xf0) === 0xb0) this.#control(channel, message[1], message[2]);
    return [message];
  }

  /** The port refused this message, so the table must say what really sounds: no new note, or the old one still. */
  refused(message: Message, note = -1): void {
    this.#touched.add(message[0] & 0x0f);
    const key = (message[0] & 0x0f) * 128 + message[1];
    if (isNoteOn(message)) {
      // Struck again while the end of the note before was refused: that one sounds on.
      if (this.#unended.has(key)) this.#sounding.set(key, -1);
      else this.#sounding.delete(key);
    } else if (isNoteOff(message)) {
      this.#sounding.set(key, note);
      this.#unended.add(key);
    } else if ((message[0] & 0xf0) === 0xb0 && message[1] === SUSTAIN && message[2] < 64) {
      this.#pedals.add(message[0] & 0x0f);
    }
  }

  /** Everything that ends what sounds: note-offs, then the pedals up, then All Notes Off on channels that were used. */
  release(): Message[] {
    const messages: Message[] = [];
    for (const { channel, pitch } of this.sounding()) messages.push(noteOff(channel, pitch));
    for (const channel of this.#touched) messages.push(controller(channel, SUSTAIN, 0));
    for (const channel of this.#touched) messages.push(controller(channel, ALL_NOTES_OFF, 0));
    this.#sounding.clear();
    this.#unended.clear();
    this.#pedals.clear();
    this.#touched.clear();
    return messages;
  }

  get count(): number {
    return this.#sounding.size;
  }

  /** Nothing sounds and no pedal is down. */
  get silent(): boolean {
    return this.#sounding.size === 0 && this.#pedals.size === 0;
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
    if (number === SUSTAIN) {
      if (value >= 64) this.#pedals.add(channel);
      else this.#pedals.delete(channel);
    } else if (number === 120 || number >= ALL_NOTES_OFF) {
      for (const key of [...this.#sounding.keys()]) if (key >> 7 === channel) this.#sounding.delete(key);
    }
  }
}
