import type { Message } from '../message.ts';

/** Data bytes after each kind of status byte; channel messages by their upper four bits. */
const DATA_BYTES: Record<number, number> = {
  128: 2, 144: 2, 160: 2, 176: 2, 192: 1, 208: 1, 224: 2,
  241: 1, 242: 2, 243: 1, 246: 0, 248: 0, 249: 0, 250: 0, 251: 0, 252: 0, 253: 0, 254: 0, 255: 0,
}; // biome-ignore format: a table

/** F0 7F device 06 command, without the F7 at the end. */
const MMC_BYTES = 5;

function isMachineControl(sysex: readonly number[]): boolean {
  return sysex.length === MMC_BYTES && sysex[1] === 0x7f && sysex[3] === 0x06;
}

/**
 * Takes incoming bytes as they come and gives whole messages: running status, several messages in one packet, one message
 * over several packets, real-time bytes in the middle of anything. MIDI Machine Control is given whole; other sysex and bytes that make no sense are
 * dropped.
 */
export class InputParser {
  #status = 0;
  #data: number[] = [];
  /** The sysex that is on its way, as far as it is of interest; null outside of one. */
  #sysex: number[] | null = null;
  #ignored = 0;

  /** Bytes dropped because they belong to nothing. Sysex is not counted: it is no mistake. */
  get ignored(): number {
    return this.#ignored;
  }

  feed(bytes: readonly number[]): Message[] {
    const messages: Message[] = [];
    for (const byte of bytes) {
      if (byte >= 0xf8) messages.push([byte]);
      else if (byte >= 0x80) this.#begin(byte, messages);
      else this.#value(byte, messages);
    }
    return messages;
  }

  #begin(status: number, messages: Message[]): void {
    this.#ignored += this.#data.length;
    this.#data = [];
    if (status === 0xf7 && this.#sysex && isMachineControl(this.#sysex))
      messages.push([...this.#sysex, status]);
    this.#sysex = status === 0xf0 ? [status] : null;
    const wanted = DATA_BYTES[status < 0xf0 ? status & 0xf0 : status];
    this.#status = wanted === undefined ? 0 : status;
    if (wanted === 0) {
      messages.push([status]);
      this.#status = 0;
    }
  }

  #value(byte: number, messages: Message[]): void {
    if (this.#sysex) {
      if (this.#sysex.length <= MMC_BYTES) this.#sysex.push(byte);
      return;
    }
    if (this.#status === 0) {
      this.#ignored++;
      return;
    }
    this.#data.push(byte);
    const system = this.#status >= 0xf0;
    if (this.#data.length < DATA_BYTES[system ? this.#status : this.#status & 0xf0]) return;
    messages.push([this.#status, ...this.#data]);
    this.#data = [];
    // Running status: only channel messages repeat theirs.
    if (system) this.#status = 0;
  }
}
