import { AffettoError } from '../../model/error.ts';
import { checkTake } from './check-bar.ts';
import { EchoDetector } from './echo.ts';
import { readHealth } from './health.ts';
import { InputClock } from './input-clock.ts';
import type { Journal, JournalContent } from './journal.ts';
import { ControlMap } from './learn.ts';
import { type Message, noteOff, noteOn, TICKS_PER_BEAT } from './message.ts';
import type { MidiBackend } from './output.ts';
import { PanicButton, paced, panicControllers, panicNoteOffs } from './panic.ts';
import { InputParser } from './parse-input.ts';
import { Player } from './player.ts';
import { Ports } from './ports.ts';
import type { Bar, BarRequest, MidiCalls, MidiEvents, MidiSettings, MidiState, Rank } from './protocol.ts';
import { debtsOf } from './rescue.ts';
import { monotonic } from './send-loop.ts';
import { Sender } from './sender.ts';
import { checkSettings, DEFAULT_SETTINGS } from './settings.ts';
import { endings } from './unended.ts';

export interface ServiceHost {
  emit<Name extends keyof MidiEvents>(name: Name, value: MidiEvents[Name]): void;
  want(id: number, request: BarRequest): void;
  /** After quit. */
  exit(): void;
  /** How the system ranks this thread. */
  readonly rank: Rank;
  /** What a service before this one left sounding when it was killed. */
  readonly left?: JournalContent | null;
}

/** While playing the queue is refilled this often; far less than what is committed ahead. */
const PUMP_MS = 8;
/** Position and clock are looked after this often. */
const TICK_MS = 100;
const POLL_MS = 1000;
/** Looking for ports takes a few milliseconds, so it waits for a gap in the music, but not for ever. */
const POLL_GAP_MS = 20;
const POLL_LATEST_MS = 5000;
/** After a crash, listeners find our port again one by one: what was left sounding is ended this often, ms. */
const RESCUE_AT = [0, 500, 1500, 4000];
/** C4, a tone that nobody confuses with the music. */
const TEST_NOTE = { pitch: 60, velocity: 80, ms: 500 };

/** The MIDI service without its process: ports, player, sender, and the calls that steer them. */
export class MidiService {
  readonly #host: ServiceHost;
  readonly #journal: Journal | null;
  readonly #ports: Ports;
  readonly #sender: Sender;
  readonly #player: Player;
  readonly #parser = new InputParser();
  readonly #clock = new InputClock();
  readonly #controls = new ControlMap();
  readonly #echo = new EchoDetector();
  readonly #panic = new PanicButton();
  readonly #ticker: NodeJS.Timeout;
  #settings: MidiSettings = DEFAULT_SETTINGS;
  #lastPoll = 0;
  #ticks = 0;
  #flashes = 0;
  #closed = false;

  constructor(backend: MidiBackend, journal: Journal | null, host: ServiceHost) {
    this.#host = host;
    this.#journal = journal;
    this.#ports = new Ports(
      backend,
      {
        incoming: (bytes, delta) => this.#incoming(bytes, delta),
        notice: (notice) => host.emit('notice', notice),
        changed: () => this.#portsChanged(),
        opened: () => this.#sender?.release(),
        sounding: (port) => this.#journal?.port(port),
        owed: (debts) => this.#journal?.owe(debts),
        now: monotonic,
      },
      { listeners: host.left?.port?.listeners, owed: host.left ? debtsOf(host.left) : [] },
    );
    this.#sender = new Sender(this.#ports, journal, this.#echo, (now) => this.#player.pump(now));
    this.#player = new Player(this.#sender, this.#settings, {
      want: (id, request) => host.want(id, request),
      notice: (notice) => host.emit('notice', notice),
      changed: () => this.#changed(),
    });
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
  }

  readonly calls: MidiCalls = {
    state: () => this.#state(),
    ports: () => this.#ports.list(),
    configure: (change) => this.#configure(change ?? {}),
    load: ({ take, from }) => this.#player.load(checkTake(take), from ?? 'start', monotonic()),
    live: ({ withinBar }) => this.#player.live(withinBar, monotonic()),
    play: (argument) => {
      if (this.#ports.outputState.kind === 'none') this.#configure({});
      this.#player.play(argument?.beat, monotonic());
      this.#pumpNow();
    },
    stop: () => this.#player.stop(monotonic()),
    seek: ({ beat }) => {
      this.#player.seek(beat, monotonic());
      this.#pumpNow();
    },
    loop: (range) => this.#player.loop(range ?? null),
    emotion: (conditions) => this.#player.emotion(conditions, monotonic()),
    panic: () => this.#pressPanic(),
    testNote: () => this.#testNote(),
    learn: (target) => {
      this.#controls.learning = target ?? null;
      this.#changed();
    },
    forget: (target) => {
      this.#controls.forget(target);
      this.#keepMappings();
    },
    health: () => this.#health(),
    resetHealth: () => this.#sender.resetHealth(),
    quit: () => {
      this.close();
      // The answer has to leave first.
      setTimeout(() => this.#host.exit(), 20);
    },
  };

  deliver(id: number, bar: Bar | null, error?: string): void {
    this.#player.deliver(id, bar, monotonic(), error);
  }

  /** Ends all sound and closes the ports. Safe to call twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#ticker);
    this.#player.stop(monotonic());
    this.#sender.silence();
    this.#sender.loop.stop();
    this.#ports.close();
    this.#journal?.port(null);
    this.#journal?.close();
  }

  #configure(change: Partial<MidiSettings>): MidiState {
    const before = this.#settings;
    const first = this.#ports.outputState.kind === 'none';
    const settings = checkSettings({ ...before, ...change });
    this.#settings = settings;
    this.#controls.mappings = settings.mappings;
    // Only when named: an output that plays must not blink because a channel changed.
    if (first || (change.output && JSON.stringify(change.output) !== JSON.stringify(before.output))) {
      this.#player.stop(monotonic());
      this.#sender.silence();
      this.#leaveOutput();
      if (first) this.#repeatRescue();
      this.#ports.chooseOutput(settings.output);
    }
    if (first || (change.input && JSON.stringify(change.input) !== JSON.stringify(before.input))) {
      this.#ports.chooseInput(settings.input);
    }
    const offset = settings.offsets[this.#ports.outputState.name ?? ''] ?? 0;
    this.#player.configure(settings, offset, monotonic());
    this.#changed();
    return this.#state();
  }

  /** When the port is away while another one is chosen, what sounded on it has to be ended when it is back. */
  #leaveOutput(): void {
    const { kind, name } = this.#ports.outputState;
    if (this.#ports.canSend) return;
    if (kind === 'existing' && name !== null) this.#ports.owe(name, this.#sender.table.unended);
    this.#sender.disown();
  }

  /** For listeners that find our own port again by its name after a crash. */
  #repeatRescue(): void {
    const { left } = this.#host;
    if (left?.port?.kind !== 'virtual') return;
    for (const wait of RESCUE_AT) {
      setTimeout(() => {
        // Once music plays again, these would end its notes.
        if (this.#player.transport === 'stopped' && !this.#closed) this.#sender.now(endings(left));
      }, wait);
    }
  }

  #incoming(bytes: readonly number[], deltaSeconds: number | undefined): void {
    const now = monotonic();
    const time = this.#clock.stamp(deltaSeconds, now);
    for (const message of this.#parser.feed(bytes)) this.#heard(message, time, now);
  }

  #heard(message: Message, time: number, now: number): void {
    if (message[0] < 0xf0 && this.#echo.isEcho(message, now)) {
      if (this.#echo.shouldWarn(now)) this.#warnFeedback();
      return;
    }
    if (message[0] >= 0xf0) {
      // Leading: a clock that comes in can only be our own coming back, or a second master.
      if (this.#settings.sync === 'lead') return;
      this.#player.receive(message, time, now);
      if (message[0] === 0xf8) this.#light();
      if (this.#player.active) this.#pumpNow();
      return;
    }
    const result = this.#controls.receive(message);
    if (!result) return;
    if ('learnt' in result) {
      this.#host.emit('learnt', result.learnt);
      this.#keepMappings();
    } else {
      if (result.move.target === 'panic') this.#pressPanic();
      this.#host.emit('control', result.move);
    }
  }

  /** One flash a beat of the incoming clock. */
  #light(): void {
    const { daw } = this.#player;
    if (daw.running) {
      const beat = daw.beatAt(monotonic());
      if (Math.round(beat * TICKS_PER_BEAT) % TICKS_PER_BEAT === 0)
        this.#host.emit('beat', { beat: Math.round(beat) });
    } else if (this.#flashes++ % TICKS_PER_BEAT === 0) this.#host.emit('beat', { beat: 0 });
  }

  #warnFeedback(): void {
    const text =
      'What Affetto sends comes back into it: somewhere our output is connected to our input. Nothing is taken from ' +
      'it; disconnect them, or turn MIDI thru off in the DAW.';
    this.#host.emit('notice', { level: 'warning', code: 'feedback', text });
  }

  #pressPanic(): 1 | 2 {
    const level = this.#panic.press(monotonic());
    this.#player.stop(monotonic());
    this.#sender.silence();
    this.#sender.now(panicControllers());
    if (level === 2) for (const timed of paced(panicNoteOffs(), monotonic())) this.#sender.push(timed);
    return level;
  }

  #testNote(): void {
    if (!this.#ports.canSend) {
      const { name, problem } = this.#ports.outputState;
      throw new AffettoError(
        `No note can be sent${name ? ` to ${name}` : ''}. ${problem ?? 'Choose an output.'}`,
      );
    }
    const channels = this.#settings.routing.channels;
    const channel = (channels.kind === 'all' ? channels.channel : channels.melody) - 1;
    const due = monotonic();
    this.#sender.push({ due, message: noteOn(channel, TEST_NOTE.pitch, TEST_NOTE.velocity) });
    this.#sender.push({ due: due + TEST_NOTE.ms, message: noteOff(channel, TEST_NOTE.pitch) });
  }

  #keepMappings(): void {
    this.#settings = { ...this.#settings, mappings: this.#controls.mappings };
    this.#changed();
  }

  #portsChanged(): void {
    this.#changed();
    this.#host.emit('ports', this.#ports.list());
  }

  #changed(): void {
    // The first changes come while the parts are still being put together.
    if (!this.#player) return;
    this.#sender.loop.pumpEvery(this.#player.active ? PUMP_MS : null);
    if (this.#closed) return;
    this.#host.emit('state', this.#state());
    this.#host.emit('position', this.#player.position(monotonic()));
  }

  #pumpNow(): void {
    this.#player.pump(monotonic());
    this.#sender.loop.flush();
  }

  #tick(): void {
    const now = monotonic();
    if (!this.#player.active) this.#player.pump(now);
    else this.#host.emit('position', this.#player.position(now));
    if (this.#ticks++ % 10 === 0 && (this.#player.active || this.#player.daw.clock !== 'none')) {
      this.#host.emit('health', this.#health());
    }
    const since = now - this.#lastPoll;
    const gap = this.#sender.loop.nextDue - now;
    if (since >= POLL_LATEST_MS || (since >= POLL_MS && gap >= POLL_GAP_MS)) {
      this.#lastPoll = now;
      this.#ports.poll();
    }
  }

  #health() {
    return readHealth(this.#sender, this.#player, this.#echo.count, this.#parser.ignored, this.#host.rank);
  }

  #state(): MidiState {
    return {
      status: this.#ports.status,
      settings: this.#settings,
      output: this.#ports.outputState,
      input: this.#ports.inputState,
      transport: this.#player.transport,
      source: this.#player.program.source,
      takeId: this.#player.program.takeId,
      nextTakeId: this.#player.program.nextTakeId,
      loop: this.#player.loopRange,
      learning: this.#controls.learning,
    };
  }
}
