import { AffettoError } from '../../../model/error.ts';
import type { Bar, Take } from '../../../model/midi/bar.ts';
import { DawTransport, type TransportChange } from '../clock/daw-transport.ts';
import { reactionTo } from '../clock/sync-policy.ts';
import type { Message } from '../message.ts';
import { notices } from '../notices.ts';
import type {
  BarRequest, Conditions, LoopRange, MidiSettings, Notice, Position, TransportState,
} from '../protocol.ts'; // biome-ignore format: a list
import type { MessageSink } from '../timing/message-sink.ts';
import { Arranger } from './arranger.ts';
import { CatchUp } from './catch-up.ts';
import { checkLoop } from './check-bar.ts';
import { emotionMessages } from './expand.ts';
import { LagWatch } from './lag-watch.ts';
import { LiveFeed } from './live-feed.ts';
import { OwnStart } from './own-start.ts';
import { Performance } from './performance.ts';
import { Program } from './program.ts';
import { readPosition } from './read-position.ts';
import { StallDetector } from './stall-detector.ts';

export interface PlayerEvents {
  want(id: number, request: BarRequest): void;
  notice(notice: Notice): void;
  /** Transport, take or loop changed. */
  changed(): void;
}

/**
 * The transport: starts, stops, follows or leads, and keeps the sink filled a moment ahead. It owns no timer and reads
 * no clock; whoever calls says what time it is.
 */
export class Player {
  readonly daw = new DawTransport();
  readonly program: Program;
  readonly #sink: MessageSink;
  readonly #events: PlayerEvents;
  readonly #arranger = new Arranger();
  readonly #own: OwnStart;
  readonly #stall = new StallDetector();
  readonly #catchUp = new CatchUp();
  readonly #performance: Performance;
  readonly #lag: LagWatch;
  #settings: MidiSettings;
  #transport: TransportState = 'stopped';
  /** Beat of the take where play goes on. */
  #resume = 0;
  #conditions: Conditions = { valence: 0, arousal: 0, intensity: 0.5 };
  /** Milliseconds added to everything that is sent. */
  offset = 0;

  constructor(sink: MessageSink, settings: MidiSettings, events: PlayerEvents) {
    this.#sink = sink;
    this.#own = new OwnStart(sink);
    this.#settings = settings;
    this.#events = events;
    this.program = new Program(this.#arranger);
    this.#lag = new LagWatch((notice) => events.notice(notice));
    this.#performance = new Performance(this.#arranger, sink, settings, ({ repeated }) => {
      this.#lag.placed(repeated);
      if (this.program.advanced()) events.changed();
    });
    this.daw.follower.fallbackBpm = settings.bpm;
  }

  get transport(): TransportState {
    return this.#transport;
  }
  get loopRange(): LoopRange | null {
    return this.#arranger.loop;
  }
  get repeatedBars(): number {
    return this.#lag.repeatedBars;
  }
  /** Playing or about to: pump() has to be called. */
  get active(): boolean {
    return this.#transport === 'playing' || this.#transport === 'buffering';
  }

  /** New settings; what sounds goes on unless the sync mode or whose tempo counts changed. */
  configure(settings: MidiSettings, now: number): void {
    const before = this.#settings;
    if (this.#transport !== 'stopped' && (settings.sync !== before.sync || settings.tempo !== before.tempo))
      this.stop(now);
    this.#settings = settings;
    this.#performance.configure(settings);
    this.daw.follower.fallbackBpm = settings.bpm;
    if (this.program.feed) this.program.feed.lookahead = settings.lookaheadBars;
  }

  load(take: Take, from: 'start' | 'same-bar', now: number): void {
    const playing = this.#transport === 'playing';
    this.program.load(take, from, playing);
    if (!playing && from === 'start') this.#resume = 0;
    if (playing) this.#performance.revive(now);
    if (this.#transport === 'buffering') this.#begin(now, 0);
    this.#events.changed();
  }

  live(withinBar: boolean, now: number): void {
    const feed = new LiveFeed(
      {
        want: (id, request) => this.#events.want(id, request),
        rest: (bar, fromBeat, content) => this.#performance.splice(bar, fromBeat, content),
        failed: (reason) => this.#events.notice(notices.sourceFailed(reason)),
      },
      this.#conditions,
      this.#settings.lookaheadBars,
      withinBar,
    );
    this.program.live(feed, this.#transport === 'playing');
    if (this.#transport === 'playing') this.#performance.revive(now);
    this.#resume = 0;
    this.#events.changed();
    this.#poll(now);
  }

  deliver(id: number, bar: Bar | null, now: number, error?: string): void {
    this.program.feed?.deliver(id, bar, now, error);
    if (this.#transport === 'buffering' && !this.program.waits) this.#begin(now, this.#resume);
    this.#poll(now);
  }

  play(beat: number | undefined, now: number): void {
    if (this.program.source === 'none')
      throw new AffettoError('There is nothing to play: load a take or start the generator.');
    if (this.#transport !== 'stopped') {
      if (beat !== undefined && this.#settings.sync !== 'follow') this.seek(beat, now);
      return;
    }
    if (beat !== undefined) {
      checkBeat(beat);
      this.#resume = beat;
    }
    if (this.#settings.sync === 'follow') {
      this.#become('armed');
      // The DAW is already on its way: join at its next beat.
      if (this.daw.running) this.#follow(Math.ceil(this.daw.beatAt(now) + 0.05), now);
    } else if (this.program.waits) this.#become('buffering');
    else this.#begin(now, this.#resume);
    this.#poll(now);
  }

  stop(now: number): void {
    if (this.#transport === 'playing') this.#halt(now);
    if (this.#transport !== 'stopped') this.#become('stopped');
  }

  seek(beat: number, now: number): void {
    checkBeat(beat);
    if (this.#settings.sync === 'follow') {
      throw new AffettoError('The DAW leads: move its playhead, or set sync to alone or lead.');
    }
    if (this.#transport !== 'playing') {
      this.#resume = beat;
      return;
    }
    this.#halt(now);
    this.#begin(now, beat);
  }

  loop(range: LoopRange | null): void {
    if (range) checkLoop(range);
    this.#arranger.loop = range;
    this.#events.changed();
  }

  emotion(conditions: Conditions, now: number): void {
    this.#conditions = conditions;
    this.program.feed?.steer(conditions, this.#settings.emotionAt === 'beat');
    this.#sink.now(emotionMessages(this.#settings.routing, conditions.valence, conditions.arousal));
    this.#poll(now);
  }

  /** A transport message from the DAW. `time`: when it arrived; `now`: when we see it. */
  receive(message: Message, time: number, now: number): TransportChange[] {
    const changes = this.daw.receive(message, time);
    this.#applyTransport(changes, now);
    return changes;
  }

  /** Fills the sink; to be called every few milliseconds while active, now and then otherwise. */
  pump(now: number): void {
    this.#applyTransport(this.daw.check(now), now);
    const before = this.#stall.since(now);
    if (before !== null) this.#goOn(before, now);
    this.#stall.look(now, this.#transport === 'playing');
    if (this.#transport !== 'playing') {
      this.#poll(now);
      return;
    }
    const until = this.#horizon(now);
    const ticks = this.#settings.sync === 'lead' ? this.#own.ticks(until) : [];
    this.#performance.commit(until, ticks, this.offset);
    this.#poll(now);
    if (this.#settings.sync !== 'follow' && this.#performance.isOver(now, this.offset)) {
      this.stop(now);
      this.#resume = 0;
      this.#events.notice(notices.takeEnded());
    }
  }

  position(now: number): Position {
    const beat = this.#settings.sync === 'follow' ? this.daw.beatAt(0) : this.#resume;
    const standing = { beat, resume: this.#resume, bpm: this.#settings.bpm };
    return readPosition(this.#transport, this.#performance, standing, now);
  }

  #applyTransport(changes: readonly TransportChange[], now: number): void {
    if (this.#settings.sync !== 'follow') return;
    for (const change of changes) {
      const reaction = reactionTo(change, this.#transport, this.#settings.onClockLoss);
      if (reaction.halt) this.#halt(now);
      if (reaction.runFrom !== null) this.#follow(reaction.runFrom, now);
      if (reaction.arm) this.#become('armed');
      if (reaction.notice) this.#events.notice(reaction.notice);
    }
  }

  /** How long before its beat a message leaves, ms: so much sooner it has to be known. */
  get #advance(): number {
    return Math.max(0, -this.offset);
  }

  /** Own transport: from `takeBeat` of the take, a moment from now. */
  #begin(now: number, takeBeat: number): void {
    const leads = this.#settings.sync === 'lead';
    const { beat, time } = this.#own.from(takeBeat, now, {
      leads,
      advance: this.#advance,
      offset: this.offset,
    });
    this.#run(beat, { time });
  }

  /** The DAW's transport: its song runs from this beat on. */
  #follow(beat: number, now: number): void {
    const own = this.#settings.tempo === 'piece';
    this.#run(beat, own ? { time: this.daw.timeOf(beat) } : { daw: this.daw });
    this.#catchUp.restart(beat, now, this.#ahead);
  }

  /** The beat up to which messages are committed now. */
  #horizon(now: number): number {
    const beat = this.#performance.beatAt(now + this.#ahead);
    if (this.#settings.sync !== 'follow') return beat;
    return this.#catchUp.towards(beat, now, this.#performance.bpmAt(now));
  }

  /** How long before it is due a message is committed, ms. */
  get #ahead(): number {
    return this.#settings.commitMs + this.#advance;
  }

  #run(beat: number, clock: Parameters<Performance['start']>[1]): void {
    this.#performance.start(beat, clock);
    this.program.takeOver();
    this.#become('playing');
  }

  /** Plays on from where the music was at `before`, or from where the DAW is now, instead of catching up in one burst. */
  #goOn(before: number, now: number): void {
    if (this.#transport !== 'playing') return;
    this.#halt(before + this.#settings.commitMs);
    if (this.#settings.sync !== 'follow') this.#begin(now, this.#resume);
    else if (this.daw.running) this.#follow(Math.ceil(this.daw.beatAt(now) + 0.05), now);
    else this.#become('armed');
  }

  /** Ends all sound and remembers where it was. */
  #halt(now: number): void {
    this.#resume = this.#performance.end(now) ?? this.#resume;
    this.#sink.silence();
    if (this.#settings.sync === 'lead') this.#own.stop();
    this.#lag.stopped();
  }

  #poll(now: number): void {
    this.program.feed?.poll(this.#performance.playhead(now, this.#transport === 'playing'), now);
  }

  #become(transport: TransportState): void {
    if (this.#transport === transport) return;
    this.#transport = transport;
    this.#events.changed();
  }
}

/** No music lasts as long; what is counted up to it ends. */
const MOST_BEATS = 10_000_000;

/** Throws an input error for what is no beat. */
function checkBeat(beat: number): void {
  if (!(beat >= 0 && beat <= MOST_BEATS))
    throw new AffettoError(`There is no beat ${beat}; beats count from 0 to ${MOST_BEATS}.`);
}
