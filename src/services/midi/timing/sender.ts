import { controller, isNoteOn, type Message, noteOff, noteOn, SUSTAIN } from '../message.ts';
import type { EchoDetector } from '../ports/echo.ts';
import type { Ports } from '../ports/ports.ts';
import type { Journal } from '../recovery/journal.ts';
import { NoteTable } from '../recovery/note-table.ts';
import { endings } from '../recovery/unended.ts';
import { Lateness } from './lateness.ts';
import type { MessageSink } from './message-sink.ts';
import { monotonic, SendLoop } from './send-loop.ts';
import type { Timed } from './send-queue.ts';

/** A message this late is not the loop's doing any more: it was due before anybody knew of it. */
const TOO_OLD_MS = 2000;

/**
 * The last stage: what the send loop releases passes the note table and the journal, goes to the port, and is counted.
 */
export class Sender implements MessageSink {
  readonly loop: SendLoop;
  readonly table = new NoteTable();
  readonly lateness = new Lateness();
  #lost = 0;
  #cancelled = 0;
  readonly #ports: Ports;
  readonly #journal: Journal | null;
  readonly #echo: EchoDetector;

  constructor(ports: Ports, journal: Journal | null, echo: EchoDetector, pump: (now: number) => void) {
    this.#ports = ports;
    this.#journal = journal;
    this.#echo = echo;
    this.loop = new SendLoop({ send: (timed, lateMs) => this.#send(timed, lateMs), pump });
  }

  /** Messages that no port took. */
  get lost(): number {
    return this.#lost;
  }

  /** Messages that were taken back by stop, seek and the like before they were due. */
  get cancelled(): number {
    return this.#cancelled;
  }

  push(timed: Timed): void {
    this.loop.push(timed);
  }

  now(messages: readonly Message[]): void {
    for (const message of messages) this.#pass(message, undefined);
  }

  silence(): void {
    this.#cancelled += this.loop.clear();
    this.release();
  }

  /** Ends what sounds, and nothing else. */
  release(): void {
    // On a port that is gone it stays in the table, to be ended when the port is back.
    if (!this.#ports.canSend) return;
    for (const message of this.table.endings()) this.#deliver(message, undefined);
  }

  /** The port was looked for. What was ended on one that had gone without our knowing is not ended for sure. */
  seen(there: boolean): void {
    if (there) this.table.confirm();
    else {
      this.table.doubt();
      for (const { channel, pitch } of this.table.sounding())
        this.#journal?.before(noteOn(channel, pitch, 1));
      for (const channel of this.table.pedals()) this.#journal?.before(controller(channel, SUSTAIN, 127));
    }
  }

  /**
   * Another port is about to be chosen: ends what sounds. If the port is away, it is owed what sounds on it, and gets it
   * when it is back.
   */
  leavePort(): void {
    this.silence();
    if (this.#ports.canSend) return;
    const { kind, name } = this.#ports.outputState;
    const { unended } = this.table;
    if (kind === 'existing' && name !== null) this.#ports.owe(name, unended);
    this.table.clear();
    // Only now: in between, the journal says it twice, which does no harm.
    for (const message of endings(unended)) this.#journal?.after(message);
  }

  resetHealth(): void {
    this.lateness.reset();
    this.#lost = 0;
    this.#cancelled = 0;
  }

  #send({ message, note, due }: Timed, lateMs: number): void {
    if (lateMs < TOO_OLD_MS || due === 0) this.lateness.add(lateMs);
    this.#pass(message, note);
  }

  #pass(message: Message, note: number | undefined): void {
    for (const one of this.table.needed(message, note)) this.#deliver(one, note);
  }

  #deliver(message: Message, note: number | undefined): void {
    this.#journal?.before(message);
    if (this.#ports.send(message)) {
      this.table.sent(message, note);
      this.#journal?.after(message);
      this.#echo.sent(message, monotonic());
      return;
    }
    // The journal expected a note to sound that does not, unless the same one sounds from before.
    if (isNoteOn(message) && !this.table.has(message))
      this.#journal?.after(noteOff(message[0] & 0x0f, message[1]));
    // A note that never sounded needs no ending, and what must be ended is ended when the port is back.
    if (isNoteOn(message) || message[0] >= 0xf0) this.#lost++;
  }
}
