import { ClockLight } from './clock/clock-light.ts';
import { Configuration } from './configuration.ts';
import { readHealth } from './health.ts';
import type { Message } from './message.ts';
import { EchoDetector } from './ports/echo.ts';
import type { RecordClock } from './ports/file-output.ts';
import { Incoming } from './ports/incoming.ts';
import { ControlMap } from './ports/learn.ts';
import type { MidiBackend } from './ports/output.ts';
import { Ports } from './ports/ports.ts';
import type {
  Bar,
  BarRequest,
  ControlTarget,
  MidiCalls,
  MidiEvents,
  MidiSettings,
  MidiState,
  Rank,
} from './protocol.ts';
import { readState } from './read-state.ts';
import type { Journal, JournalContent } from './recovery/journal.ts';
import { PanicButton } from './recovery/panic.ts';
import { pendingOf, repeatRescue } from './recovery/rescue.ts';
import { PollTimes } from './timing/poll-times.ts';
import { monotonic } from './timing/send-loop.ts';
import { Sender } from './timing/sender.ts';
import { checkTake } from './transport/check-bar.ts';
import { Player } from './transport/player.ts';
import { requireOpen, testNote } from './transport/test-note.ts';

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
/** The MIDI service without its process: ports, player, sender, and the calls that steer them. */
export class MidiService {
  readonly #host: ServiceHost;
  readonly #journal: Journal | null;
  readonly #ports: Ports;
  readonly #sender: Sender;
  readonly #player: Player;
  readonly #incoming: Incoming;
  readonly #light: ClockLight;
  readonly #polls = new PollTimes();
  readonly #controls = new ControlMap();
  readonly #echo = new EchoDetector();
  readonly #panic = new PanicButton();
  readonly #ticker: NodeJS.Timeout;
  readonly #configuration = new Configuration();
  #ticks = 0;
  #closed = false;

  constructor(backend: MidiBackend, journal: Journal | null, host: ServiceHost) {
    this.#host = host;
    this.#journal = journal;
    this.#ports = new Ports(
      backend,
      {
        incoming: (bytes, delta) => this.#incoming.receive(bytes, delta, monotonic()),
        controls: (bytes) => this.#incoming.receiveControls(bytes, monotonic()),
        notice: (notice) => host.emit('notice', notice),
        changed: () => this.#portsChanged(),
        opened: () => {
          this.#sender.release();
          // A port that opens later may turn out to have another name than the one it was chosen by.
          this.#player.offset = this.#offset;
        },
        seen: (there) => this.#sender.seen(there),
        sounding: (port) => this.#journal?.port(port),
        heardFrom: (senders) => this.#journal?.heardFrom(senders),
        owed: (pending) => this.#journal?.owe(pending),
        clock: () => this.#recordClock(),
      },
      host.left ? { ...host.left, owed: pendingOf(host.left) } : {},
    );
    this.#sender = new Sender(this.#ports, journal, this.#echo, (now) => this.#player.pump(now));
    this.#player = new Player(this.#sender, this.#configuration.settings, {
      want: (id, request) => host.want(id, request),
      notice: (notice) => host.emit('notice', notice),
      changed: () => this.#changed(),
    });
    this.#light = new ClockLight(this.#player.daw);
    this.#incoming = new Incoming(this.#echo, this.#controls, {
      transport: (message, time, now) => this.#heardTransport(message, time, now),
      moved: (move) => {
        this.#press(move.target);
        host.emit('control', move);
      },
      learnt: (mapping) => {
        host.emit('learnt', mapping);
        this.#keepMappings();
      },
      notice: (notice) => host.emit('notice', notice),
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
      this.#open();
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
    testNote: () => {
      this.#open();
      requireOpen(this.#ports.outputState);
      for (const timed of testNote(this.#configuration.settings.routing, monotonic()))
        this.#sender.push(timed);
    },
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

  /** Ports are there by the time something is sent. */
  #open(): void {
    if (!this.#configuration.done) this.#configure({});
  }

  #configure(change: Partial<MidiSettings>): MidiState {
    const { settings, first, output, input, controls } = this.#configuration.change(change);
    this.#controls.mappings = settings.mappings;
    if (output) {
      this.#player.stop(monotonic());
      // A port that is gone without our knowing has not got the ends of its notes.
      this.#ports.poll();
      this.#sender.leavePort();
      if (first && this.#host.left) repeatRescue(this.#host.left, this.#sender, () => this.#isIdle);
      this.#ports.chooseOutput(settings.output);
    }
    if (input) this.#ports.chooseInput(settings.input);
    if (controls) this.#ports.chooseControls(settings.controls);
    this.#player.offset = this.#offset;
    this.#player.configure(settings, monotonic());
    this.#changed();
    return this.#state();
  }

  /** Milliseconds, for the port in use. */
  get #offset(): number {
    return this.#configuration.offsetOf(this.#ports.outputState.name);
  }

  #recordClock(): RecordClock {
    const time = monotonic();
    const { transport, beat, bpm } = this.#player.position(time - this.#player.offset);
    return { time, bpm, beat: transport === 'playing' ? beat : null };
  }

  /** Nothing plays, and it is not over. */
  get #isIdle(): boolean {
    return this.#player.transport === 'stopped' && !this.#closed;
  }

  #heardTransport(message: Message, time: number, now: number): void {
    // Leading: a clock that comes in can only be our own coming back, or a second master.
    if (this.#configuration.settings.sync === 'lead') return;
    this.#player.receive(message, time, now);
    if (message[0] === 0xf8) {
      const beat = this.#light.tick();
      if (beat !== null) this.#host.emit('beat', { beat });
    }
    if (this.#player.active) this.#pumpNow();
  }

  /** What a controller asks of the transport is done here, whether a window is open or not. */
  #press(target: ControlTarget): void {
    if (target === 'panic') this.#pressPanic();
    else if (target === 'stop') this.#player.stop(monotonic());
    else if (target === 'play' && this.#player.program.source !== 'none') {
      this.#player.play(undefined, monotonic());
      this.#pumpNow();
    }
  }

  #pressPanic(): 1 | 2 {
    this.#player.stop(monotonic());
    return this.#panic.press(this.#sender, monotonic());
  }

  #keepMappings(): void {
    const { settings } = this.#configuration;
    this.#configuration.settings = { ...settings, mappings: this.#controls.mappings };
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
    if (this.#polls.take(now, this.#sender.loop.nextDue - now)) this.#ports.poll();
  }

  #health() {
    return readHealth(this.#sender, this.#player, this.#echo.count, this.#incoming.ignored, this.#host.rank);
  }

  #state(): MidiState {
    return readState(this.#ports, this.#player, this.#controls, this.#configuration.settings);
  }
}
