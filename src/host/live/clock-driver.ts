import type { BarSource, Conditions, MidiSettings } from '../../services/midi/protocol.ts';
import { DEFAULT_SETTINGS } from '../../services/midi/settings.ts';
import { Player } from '../../services/midi/transport/player.ts';
import type { DriverEvents, LiveDriver } from './driver.ts';

const PUMP_MS = 20;
const POSITION_EVERY = 5;
/** The window's piano is what sounds. */
const NOWHERE = { push: () => {}, silence: () => {}, now: () => {} };

/** Where there is no MIDI: the same player, with the host's clock and nothing to send to. */
export class ClockDriver implements LiveDriver {
  readonly #events: DriverEvents;
  readonly #player: Player;
  #timer: NodeJS.Timeout | undefined;
  #pumps = 0;

  constructor(
    source: BarSource,
    { lookaheadBars, emotionAt }: Pick<MidiSettings, 'lookaheadBars' | 'emotionAt'>,
    conditions: Conditions,
    events: DriverEvents,
  ) {
    this.#events = events;
    this.#player = new Player(
      NOWHERE,
      { ...DEFAULT_SETTINGS, lookaheadBars, emotionAt },
      {
        want: (id, request) => {
          source.nextBar(request).then(
            (bar) => this.#player.deliver(id, bar, performance.now()),
            (error: Error) => this.#player.deliver(id, null, performance.now(), error.message),
          );
        },
        notice: (notice) => events.notice(notice),
        changed: () => this.#changed(),
      },
    );
    this.#player.emotion(conditions, performance.now());
    this.#player.live(source.withinBar ?? false, performance.now());
  }

  async start(): Promise<void> {
    this.#timer = setInterval(() => this.#pump(), PUMP_MS);
    this.#player.play(0, performance.now());
  }

  feel(conditions: Conditions): void {
    this.#player.emotion(conditions, performance.now());
  }

  configure({ lookaheadBars, emotionAt }: Pick<MidiSettings, 'lookaheadBars' | 'emotionAt'>): void {
    this.#player.configure({ ...DEFAULT_SETTINGS, lookaheadBars, emotionAt }, performance.now());
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#player.stop(performance.now());
  }

  #pump(): void {
    const now = performance.now();
    this.#player.pump(now);
    if (this.#pumps++ % POSITION_EVERY === 0 && this.#player.active)
      this.#events.position(this.#player.position(now));
  }

  #changed(): void {
    this.#events.transport(this.#player.transport);
    this.#events.position(this.#player.position(performance.now()));
  }
}
