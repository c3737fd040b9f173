import { AffettoError } from '../../../model/error.ts';
import { watchOver } from '../../process/heartbeat.ts';
import { type MidiArgument, MidiClient, type MidiResult } from '../client.ts';
import { createBackend } from '../ports/backend.ts';
import type { MidiBackend } from '../ports/output.ts';
import type {
  BarSource,
  MidiCallName,
  MidiEvents,
  MidiLine,
  MidiProcess,
  MidiSettings,
  Notice,
} from '../protocol.ts';
import { type JournalContent, journalPath, readJournal, removeJournal, takeOrphans } from './journal.ts';
import { leftSomething, rescue, together } from './rescue.ts';
import { isEnded } from './unended.ts';

export interface WatchdogOptions {
  /** Starts the MIDI process with these variables added to its environment. */
  start(environment: Record<string, string>): MidiLine;
  /** For tests: the machine's MIDI as this process sees it, used only after a crash. */
  backend?: () => Promise<MidiBackend>;
}

/** The service sends music and computes nothing: one that is silent for so many beats of its heart stands still. */
const TOLD_BEATS = 2;
const ENDED_BEATS = 4;
const STANDS_STILL = 'The MIDI service does not answer. It is started anew if that goes on.';
/** One that does not quit when it is told is ended. */
const QUIT_MS = 2000;

/** A service that dies this often in a minute is not started again until something is asked of it. */
const DEATHS_A_MINUTE = 4;

/**
 * Runs the MIDI process for an app, a host or the command line. When the process is killed, this one ends the notes that
 * were left sounding (the journal knows them), starts a new process with the same settings and says so. Calls and
 * listeners stay valid over it; playing has to be started again. One that is not started any more is, by the next call.
 */
export class MidiWatchdog {
  /** The settings that were last accepted. */
  settings: MidiSettings | null = null;
  readonly #options: WatchdogOptions;
  readonly #listeners: { name: keyof MidiEvents; listener: (value: never) => void }[] = [];
  readonly #deaths: number[] = [];
  #client: MidiClient;
  #link: MidiProcess;
  #source: BarSource | null = null;
  #life = 0;
  #quitting = false;
  /** No process runs, and none is started until something is asked. */
  #over = false;
  #gone: () => void = () => {};
  #ended: Promise<void> = Promise.resolve();

  constructor(options: WatchdogOptions) {
    this.#options = options;
    this.#expectEnd();
    // Of one that was killed together with its parent nobody has taken care yet.
    const orphan = together(takeOrphans());
    if (orphan) void this.#rescue(orphan);
    [this.#client, this.#link] = this.#start(orphan);
  }

  get pid(): number | undefined {
    return this.#link.pid;
  }

  call<Name extends MidiCallName>(name: Name, argument?: MidiArgument<Name>): Promise<MidiResult<Name>> {
    // A take comes in the place of what was live.
    if (name === 'load') this.#source = null;
    if (this.#over && !this.#quitting) return this.#again().then(() => this.#client.call(name, argument));
    return this.#client.call(name, argument);
  }

  /** Returns a function that stops listening. */
  on<Name extends keyof MidiEvents>(name: Name, listener: (value: MidiEvents[Name]) => void): () => void {
    const entry = { name, listener: listener as (value: never) => void };
    this.#listeners.push(entry);
    return () => void this.#listeners.splice(this.#listeners.indexOf(entry), 1);
  }

  /** Plays from this live source. */
  async serve(source: BarSource): Promise<void> {
    if (this.#over) await this.#again();
    this.#source = source;
    await this.#client.serve(source);
  }

  /** The source has ended: a process that is started again is not to play from it. */
  release(source: BarSource): void {
    if (this.#source === source) this.#source = null;
  }

  /** Ends the process with everything silenced; resolves when it is gone. */
  async quit(): Promise<void> {
    this.#quitting = true;
    const link = this.#link;
    const patience = setTimeout(() => link.kill(), QUIT_MS);
    await this.#client.call('quit').catch(() => {});
    await this.#ended;
    clearTimeout(patience);
  }

  /** Whoever asks for something wants it tried once more. */
  async #again(): Promise<void> {
    this.#deaths.length = 0;
    this.#over = false;
    this.#expectEnd();
    [this.#client, this.#link] = this.#start(null);
    await this.#client.ready;
    if (this.settings) await this.#client.call('configure', this.settings);
  }

  #expectEnd(): void {
    this.#ended = new Promise((resolve) => {
      this.#gone = () => {
        this.#over = true;
        resolve();
      };
    });
  }

  #start(left: JournalContent | null): [MidiClient, MidiProcess] {
    const journal = journalPath(String(++this.#life));
    const line = this.#options.start({
      AFFETTO_MIDI_JOURNAL: journal,
      // The new process repeats the rescue on its own port, for those who find that port again by its name.
      AFFETTO_MIDI_RESCUE: left ? JSON.stringify(left) : '',
    });
    const link = watchOver(line, {
      tellAfter: TOLD_BEATS,
      killAfter: () => ENDED_BEATS,
      onSilent: (silent) => silent && this.#notice('warning', STANDS_STILL, 'stalled'),
    });
    const client = new MidiClient(link);
    for (const name of [
      'state',
      'position',
      'health',
      'ports',
      'control',
      'learnt',
      'beat',
      'notice',
    ] as const) {
      client.on(name, (value) => this.#emit(name, value));
    }
    client.on('state', (state) => {
      this.settings = state.settings;
    });
    link.onExit((clean) => void this.#exited(clean, journal, left));
    return [client, link];
  }

  /** `before`: what the process was told that its predecessor had left. */
  async #exited(clean: boolean, journal: string, before: JournalContent | null): Promise<void> {
    // A process that died before it had a journal took nothing over.
    const left = readJournal(journal) ?? before;
    removeJournal(journal);
    if (left) await this.#rescue(left);
    if (clean || this.#quitting) {
      this.#gone();
      return;
    }
    const now = performance.now();
    this.#deaths.push(now);
    if (this.#deaths.filter((time) => now - time < 60_000).length >= DEATHS_A_MINUTE) {
      this.#notice(
        'error',
        'MIDI stopped working again and again. It is tried once more when you play or choose another port.',
      );
      this.#gone();
      return;
    }
    const { settings } = this;
    const sounded = left !== null && !isEnded(left);
    [this.#client, this.#link] = this.#start(left);
    try {
      await this.#client.ready;
      if (settings) await this.#client.call('configure', settings);
      if (this.#source) await this.#client.serve(this.#source);
      const what = sounded ? 'Notes that sounded were ended, and it' : 'It';
      this.#notice('warning', `The MIDI service was killed. ${what} was started again: press play to go on.`);
    } catch (error) {
      if (!(error instanceof AffettoError)) throw error;
      // It died once more: the next exit is on its way here.
    }
  }

  async #rescue(left: JournalContent): Promise<void> {
    if (leftSomething(left)) rescue(left, await (this.#options.backend ?? createBackend)());
  }

  #notice(level: Notice['level'], text: string, code: Notice['code'] = 'rescued'): void {
    this.#emit('notice', { level, code, text });
  }

  #emit<Name extends keyof MidiEvents>(name: Name, value: MidiEvents[Name]): void {
    for (const entry of [...this.#listeners]) {
      if (entry.name === name) (entry.listener as (value: MidiEvents[Name]) => void)(value);
    }
  }
}
