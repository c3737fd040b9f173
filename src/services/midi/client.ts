import { AffettoError } from '../../model/error.ts';
import type { BarSource, FromService, MidiCallName, MidiCalls, MidiEvents, MidiProcess } from './protocol.ts';

type Listener<Name extends keyof MidiEvents> = (value: MidiEvents[Name]) => void;
export type MidiArgument<Name extends MidiCallName> = Parameters<MidiCalls[Name]>[0];
export type MidiResult<Name extends MidiCallName> = ReturnType<MidiCalls[Name]>;

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** Told where a call met the end of its process: another one is started by the time it is read. */
const lost = (): AffettoError =>
  new AffettoError('MIDI was interrupted, and this did not happen. Try it again.', 'failure');

/** Talks to one running MIDI process: calls with answers, events, and the bars it asks for. */
export class MidiClient {
  readonly ready: Promise<void>;
  readonly #link: MidiProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Map<string, Set<(value: unknown) => void>>();
  #id = 0;
  #source: BarSource | null = null;
  #gone = false;

  constructor(link: MidiProcess) {
    this.#link = link;
    let ready = () => {};
    let failed = (_error: Error) => {};
    this.ready = new Promise((resolve, reject) => {
      ready = resolve;
      failed = reject;
    });
    this.ready.catch(() => {});
    link.onMessage((message) => {
      if (message.kind === 'ready') ready();
      else this.#receive(message);
    });
    link.onExit(() => {
      this.#gone = true;
      failed(lost());
      for (const waiting of this.#waiting.values()) waiting.reject(lost());
      this.#waiting.clear();
    });
  }

  call<Name extends MidiCallName>(name: Name, argument?: MidiArgument<Name>): Promise<MidiResult<Name>> {
    if (this.#gone) return Promise.reject(lost());
    const id = ++this.#id;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
      this.#link.send({ kind: 'call', id, name, argument });
    });
  }

  /** Returns a function that stops listening. */
  on<Name extends keyof MidiEvents>(name: Name, listener: Listener<Name>): () => void {
    const set = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, set);
    set.add(listener as (value: unknown) => void);
    return () => void set.delete(listener as (value: unknown) => void);
  }

  /** Plays from this source until another source or take is loaded. */
  async serve(source: BarSource): Promise<void> {
    this.#source = source;
    await this.call('live', { withinBar: source.withinBar ?? false });
  }

  #receive(message: FromService): void {
    if (message.kind === 'answer') {
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (message.error !== undefined) waiting?.reject(new AffettoError(message.error));
      else waiting?.resolve(message.result);
    } else if (message.kind === 'event') {
      for (const listener of this.#listeners.get(message.name) ?? []) listener(message.value);
    } else if (message.kind === 'want') void this.#answer(message.id, message.request);
  }

  async #answer(id: number, request: Parameters<BarSource['nextBar']>[0]): Promise<void> {
    try {
      const bar = await (this.#source?.nextBar(request) ?? null);
      this.#link.send({ kind: 'bar', id, bar });
    } catch (error) {
      this.#link.send({
        kind: 'bar',
        id,
        bar: null,
        error: error instanceof Error ? error.message : String(error),
      });
    }
  }
}
