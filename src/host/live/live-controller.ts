import type { Emit, EngineState, Events } from '../../contract/contract.ts';
import {
  LIVE_OFF,
  type LiveEmotion,
  type LiveSnapshot,
  type LiveStart,
  type LiveState,
} from '../../contract/live.ts';
import type { InferenceClient } from '../../services/inference/client.ts';
import type { Conditions, Notice, TransportState } from '../../services/midi/protocol.ts';
import { DEFAULT_SETTINGS } from '../../services/midi/settings.ts';
import type { MidiLink } from '../midi-link.ts';
import { ClockDriver } from './clock-driver.ts';
import type { LiveDriver } from './driver.ts';
import { LiveSource } from './live-source.ts';
import { MidiDriver } from './midi-driver.ts';

/** One go of live music, from its start to its end. */
interface Run {
  readonly source: LiveSource;
  driver: LiveDriver | null;
  conditions: Conditions;
}

/** Asked for when they are needed: they come later than the controller. */
interface Processes {
  engine(): InferenceClient;
  midi(): MidiLink;
}

const LOST = 'The engine stopped and is starting again; the last bar is repeated.';
/** Stopped for so long by nobody that was heard of: it is over. */
const STOPPED_MS = 1500;

/** Live music for a shell: at most one at a time, whichever window started it. */
export class LiveController {
  readonly #processes: Processes;
  readonly #emit: Emit;
  #state: LiveState = LIVE_OFF;
  #run: Run | null = null;
  #over: NodeJS.Timeout | undefined;

  constructor(processes: Processes, emit: Emit) {
    this.#processes = processes;
    this.#emit = emit;
  }

  get snapshot(): LiveSnapshot | null {
    return this.#run && { state: this.#state, bars: this.#run.source.bars };
  }

  /** Starts anew; fails where the engine can't write. Resolves when bars are on their way. */
  async start(params: LiveStart): Promise<LiveState> {
    await this.stop();
    const { ask, seed } = params;
    const source: LiveSource = new LiveSource(this.#processes.engine(), params, {
      opened: ({ key, model }) => this.#tell(run, { key, model }),
      bar: (bar) => {
        this.#emit('live.bar', bar);
        if (this.#state.phase === 'recovering') this.#tell(run, { phase: 'playing', message: '' });
      },
      lost: () => this.#lost(run),
      failed: (message) => void this.#end(run, message),
    });
    const run: Run = { source, driver: null, conditions: conditionsOf(ask) };
    this.#run = run;
    this.#set({ ...LIVE_OFF, phase: 'starting', seed, beatsPerBar: ask.beatsPerBar });
    try {
      await source.open();
      if (this.#run !== run) return this.#state;
      await this.#play(run);
    } catch (error) {
      await this.#end(run, '');
      throw error;
    }
    return this.#state;
  }

  feel({ emotion, intensity }: LiveEmotion): void {
    if (!this.#run) return;
    this.#run.conditions = conditionsOf({ emotion, intensity });
    this.#run.driver?.feel(this.#run.conditions);
  }

  async stop(): Promise<void> {
    if (this.#run) await this.#end(this.#run, '');
  }

  /** All windows are gone: music that sounds in them alone ends, a port plays on. */
  async unattended(): Promise<void> {
    const run = this.#run;
    if (run && !(run.driver instanceof MidiDriver))
      await this.#end(run, 'Live music stopped: no window was open to hear it.');
  }

  hearMidi(event: Events['midi.event']): void {
    const driver = this.#run?.driver;
    if (event.name === 'control' && (event.value as { target: string }).target === 'panic') void this.stop();
    else if (driver instanceof MidiDriver) driver.hear(event);
  }

  hearEngine({ state }: EngineState): void {
    const run = this.#run;
    if (run && state === 'restarting') this.#lost(run);
    // It only stood still for a while.
    else if (run && state === 'ready' && !run.source.lost && this.#state.phase === 'recovering')
      this.#tell(run, { phase: 'playing', message: '' });
  }

  /** After MIDI's settings were changed, which may have stopped its player. */
  async resume(): Promise<void> {
    const driver = this.#run?.driver;
    if (driver instanceof ClockDriver) driver.configure(this.#settings());
    else if (driver instanceof MidiDriver && this.#processes.midi().state?.transport === 'stopped')
      await driver.play();
  }

  #settings() {
    return this.#processes.midi().state?.settings ?? DEFAULT_SETTINGS;
  }

  /** MIDI keeps the time wherever it can be used; else the host does, and the window's piano is all that sounds. */
  async #play(run: Run): Promise<void> {
    if (this.#processes.midi().state?.status.available) {
      try {
        run.driver = new MidiDriver(this.#processes.midi(), run.source, run.conditions, this.#eventsOf(run));
        await run.driver.start();
        return;
      } catch {
        run.driver = null;
      }
    }
    if (this.#run === run) await this.#playByClock(run);
  }

  async #playByClock(run: Run): Promise<void> {
    run.driver = new ClockDriver(run.source, this.#settings(), run.conditions, this.#eventsOf(run));
    await run.driver.start();
  }

  #eventsOf(run: Run) {
    return {
      transport: (transport: TransportState) => this.#transport(run, transport),
      position: (position: Events['live.position']) => {
        if (this.#run === run)
          this.#emit('live.position', { ...position, bar: position.bar + run.source.shift });
      },
      notice: (notice: Notice) => this.#noticed(run, notice),
      lost: () => {
        if (this.#run !== run) return;
        run.source.startOver();
        void this.#playByClock(run);
      },
    };
  }

  #transport(run: Run, transport: TransportState): void {
    clearTimeout(this.#over);
    if (this.#run !== run) return;
    if (transport === 'stopped') {
      this.#over = setTimeout(() => void this.#end(run, 'The player was stopped.'), STOPPED_MS);
      return;
    }
    const recovering = this.#state.phase === 'recovering';
    if (transport === 'armed') this.#tell(run, { phase: 'waiting' });
    else if (!recovering) this.#tell(run, { phase: transport === 'playing' ? 'playing' : 'starting' });
  }

  #noticed(run: Run, { code, text }: Notice): void {
    const recovering = this.#state.phase === 'recovering';
    if (code === 'behind') this.#tell(run, { behind: true, ...(recovering ? {} : { message: text }) });
    else if (code === 'caught-up') this.#tell(run, { behind: false, ...(recovering ? {} : { message: '' }) });
    else if (code === 'source-failed') this.#tell(run, { message: text });
  }

  #lost(run: Run): void {
    if (this.#state.phase !== 'recovering') this.#tell(run, { phase: 'recovering', message: LOST });
  }

  async #end(run: Run, message: string): Promise<void> {
    if (this.#run !== run) return;
    this.#run = null;
    clearTimeout(this.#over);
    run.source.close();
    this.#set({ ...LIVE_OFF, message });
    await run.driver?.stop();
  }

  #tell(run: Run, part: Partial<LiveState>): void {
    if (this.#run === run) this.#set({ ...this.#state, ...part });
  }

  #set(state: LiveState): void {
    if (JSON.stringify(state) === JSON.stringify(this.#state)) return;
    this.#state = state;
    this.#emit('live.state', state);
  }
}

/** MIDI counts intensity 0..1. */
const conditionsOf = ({ emotion, intensity }: LiveEmotion): Conditions => ({
  ...emotion,
  intensity: intensity / 2,
});
