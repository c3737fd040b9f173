import { AffettoError } from '../../model/error.ts';
import type { Bar, Take } from '../../model/midi/bar.ts';
import { Arranger, shelfOf } from './arranger.ts';
import { ClockSender, LOCATE_MS } from './clock-sender.ts';
import { Committer } from './committer.ts';
import { DawTransport, type TransportChange } from './daw-transport.ts';
import { emotionMessages } from './expand.ts';
import { LiveFeed } from './live-feed.ts';
import type { Message } from './message.ts';
import type { Outlet } from './outlet.ts';
import type {
  BarRequest, Conditions, LoopRange, MidiSettings, Notice, Position, TransportState,
} from './protocol.ts'; // biome-ignore format: a list
import { type Placed, Sequencer } from './sequencer.ts';
import { TempoClock, type Timebase } from './timebase.ts';

export interface PlayerEvents {
  want(id: number, request: BarRequest): void;
  notice(notice: Notice): void;
  /** Transport, take or loop changed. */
  changed(): void;
}

/** Music starts this long after play was pressed, so that its first notes are not late. */
const START_MS = 5;
/** It stops this long after its last message. */
const LAST_MS = 20;

/**
 * The transport: starts, stops, follows or leads, and keeps the outlet filled a moment ahead. It owns no timer and reads
 * no clock; whoever calls says what time it is.
 */
export class Player {
  readonly daw = new DawTransport();
  readonly #outlet: Outlet;
  readonly #events: PlayerEvents;
  readonly #arranger = new Arranger();
  readonly #sequencer: Sequencer;
  readonly #leader = new ClockSender();
  readonly #committer: Committer;
  #settings: MidiSettings;
  #feed: LiveFeed | null = null;
  #take: Take | null = null;
  #nextTake: Take | null = null;
  #transport: TransportState = 'stopped';
  #timebase: Timebase = new TempoClock(0, 0, 120);
  #pieceTempo: TempoClock | null = null;
  /** Beat of the take where play goes on. */
  #resume = 0;
  #conditions: Conditions = { valence: 0, arousal: 0, intensity: 0.5 };
  #repeated = 0;
  #behind = false;
  #offset = 0;

  constructor(outlet: Outlet, settings: MidiSettings, events: PlayerEvents) {
    this.#outlet = outlet;
    this.#settings = settings;
    this.#events = events;
    this.#committer = new Committer(outlet);
    this.#sequencer = new Sequencer(this.#arranger, settings.routing, (placed) => this.#onPlaced(placed));
    this.daw.follower.fallbackBpm = settings.bpm;
  }

  get transport(): TransportState {
    return this.#transport;
  }
  get source(): 'none' | 'take' | 'live' {
    if (this.#feed) return 'live';
    return this.#take ? 'take' : 'none';
  }
  get takeId(): string | null {
    return this.#take?.id ?? null;
  }
  get nextTakeId(): string | null {
    return this.#nextTake?.id ?? null;
  }
  get loopRange(): LoopRange | null {
    return this.#arranger.loop;
  }
  get repeatedBars(): number {
    return this.#repeated;
  }
  /** Playing or about to: pump() has to be called. */
  get active(): boolean {
    return this.#transport === 'playing' || this.#transport === 'buffering';
  }

  /** New settings; what sounds goes on unless the sync mode or whose tempo counts changed. `offset`: ms for this port. */
  configure(settings: MidiSettings, offset: number, now: number): void {
    const before = this.#settings;
    if (this.#transport !== 'stopped' && (settings.sync !== before.sync || settings.tempo !== before.tempo))
      this.stop(now);
    this.#settings = settings;
    this.#offset = offset;
    this.#sequencer.routing = settings.routing;
    this.daw.follower.fallbackBpm = settings.bpm;
    if (this.#feed) this.#feed.lookahead = settings.lookaheadBars;
    if (this.#timebase instanceof TempoClock && settings.tempo === 'daw' && settings.bpm !== before.bpm) {
      this.#timebase.setTempo(this.#committer.until, settings.bpm);
    }
  }

  load(take: Take, from: 'start' | 'same-bar', now: number): void {
    this.#feed = null;
    const playing = this.#transport === 'playing';
    this.#arranger.use(shelfOf(take), from, playing);
    if (playing) this.#nextTake = take;
    else this.#take = take;
    if (!playing && from === 'start') this.#resume = 0;
    if (playing) this.#sequencer.revive(Math.ceil(this.#timebase.beatAt(now)));
    if (this.#transport === 'buffering') this.#begin(now, 0);
    this.#events.changed();
  }

  live(withinBar: boolean, now: number): void {
    const feed = new LiveFeed(
      {
        want: (id, request) => this.#events.want(id, request),
        rest: (bar, fromBeat, content) => this.#rest(bar, fromBeat, content),
        failed: (reason) =>
          this.#events.notice({
            level: 'error',
            code: 'source-failed',
            text: `The generator failed: ${reason}`,
          }),
      },
      this.#conditions,
      this.#settings.lookaheadBars,
      withinBar,
    );
    this.#feed = feed;
    this.#take = this.#nextTake = null;
    this.#arranger.use(feed, 'start', this.#transport === 'playing');
    if (this.#transport === 'playing') this.#sequencer.revive(Math.ceil(this.#timebase.beatAt(now)));
    this.#resume = 0;
    this.#events.changed();
    this.#poll(now);
  }

  deliver(id: number, bar: Bar | null, now: number, error?: string): void {
    this.#feed?.deliver(id, bar, now, error);
    if (this.#transport === 'buffering' && this.#feed?.bar(0) !== 'later') this.#begin(now, this.#resume);
    this.#poll(now);
  }

  play(beat: number | undefined, now: number): void {
    if (this.source === 'none')
      throw new AffettoError('There is nothing to play: load a take or start the generator.');
    if (this.#transport !== 'stopped') {
      if (beat !== undefined && this.#settings.sync !== 'follow') this.seek(beat, now);
      return;
    }
    if (beat !== undefined) this.#resume = beat;
    if (this.#settings.sync === 'follow') {
      this.#become('armed');
      // The DAW is already on its way: join at its next beat.
      if (this.daw.running) this.#follow(Math.ceil(this.daw.beatAt(now) + 0.05));
    } else if (this.#feed && this.#feed.bar(0) === 'later') this.#become('buffering');
    else this.#begin(now, this.#resume);
    this.#poll(now);
  }

  stop(now: number): void {
    if (this.#transport === 'playing') this.#halt(now);
    if (this.#transport !== 'stopped') this.#become('stopped');
  }

  seek(beat: number, now: number): void {
    if (!(beat >= 0 && Number.isFinite(beat)))
      throw new AffettoError(`There is no beat ${beat}; beats count from 0.`);
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
    if (
      range &&
      !(
        Number.isInteger(range.startBar) &&
        range.startBar >= 0 &&
        Number.isInteger(range.bars) &&
        range.bars > 0
      )
    ) {
      throw new AffettoError('A loop needs a first bar (from 0) and at least one bar.');
    }
    this.#arranger.loop = range;
    this.#events.changed();
  }

  emotion(conditions: Conditions, now: number): void {
    this.#conditions = conditions;
    this.#feed?.steer(conditions, this.#settings.emotionAt === 'beat');
    this.#outlet.now(emotionMessages(this.#settings.routing, conditions.valence, conditions.arousal));
    this.#poll(now);
  }

  /** A transport message from the DAW. `time`: when it arrived; `now`: when we see it. */
  receive(message: Message, time: number, now: number): TransportChange[] {
    const changes = this.daw.receive(message, time);
    this.#obey(changes, now);
    return changes;
  }

  /** Fills the outlet; to be called every few milliseconds while active, now and then otherwise. */
  pump(now: number): void {
    this.#obey(this.daw.check(now), now);
    if (this.#transport !== 'playing') {
      this.#poll(now);
      return;
    }
    const until = this.#timebase.beatAt(now + this.#settings.commitMs);
    const events = this.#sequencer.advance(until);
    if (this.#settings.sync === 'lead') events.unshift(...this.#leader.ticks(until));
    this.#committer.commit(events, until, this.#timebase, this.#offset);
    this.#poll(now);
    // A moment later, so that the last note-off has left by itself.
    const over = this.#timebase.beatAt(now - LAST_MS - Math.max(0, this.#offset)) > this.#committer.lastBeat;
    if (over && this.#sequencer.done && this.#settings.sync !== 'follow') {
      this.stop(now);
      this.#resume = 0;
      this.#events.notice({ level: 'info', code: 'take-ended', text: 'The take is over.' });
    }
  }

  position(now: number): Position {
    const beat = this.#transport === 'playing' ? this.#timebase.beatAt(now) : this.#standing();
    const placed = this.#transport === 'playing' ? this.#sequencer.at(beat) : null;
    const place = placed ? null : { index: 0, from: this.#resume };
    return {
      transport: this.#transport,
      beat: Math.max(0, beat),
      bar: placed?.index ?? place!.index,
      beatInBar: placed ? Math.max(0, beat - placed.start) : place!.from,
      bpm: (this.#transport === 'playing' ? this.#timebase.bpmAt(now) : null) ?? this.#settings.bpm,
      repeating: placed?.repeated ?? false,
    };
  }

  #standing(): number {
    return this.#settings.sync === 'follow' ? this.daw.beatAt(0) : this.#resume;
  }

  #obey(changes: readonly TransportChange[], now: number): void {
    for (const change of changes) {
      const following = this.#settings.sync === 'follow';
      if (change.kind === 'clock-lost' && following) {
        this.#clockLost(now);
        continue;
      }
      if (change.kind === 'clock-back' && following) {
        this.#events.notice({ level: 'info', code: 'clock-back', text: 'The clock is back.' });
      }
      if (!following || this.#transport === 'stopped') continue;
      if (change.kind === 'run') this.#follow(change.beat);
      if (change.kind === 'jump' && this.#transport === 'playing') {
        this.#halt(now);
        this.#follow(change.beat);
      }
      if (change.kind === 'stop' && this.#transport === 'playing') {
        this.#halt(now);
        this.#become('armed');
      }
    }
  }

  #clockLost(now: number): void {
    const goesOn = this.#settings.onClockLoss === 'continue';
    const playing = this.#transport === 'playing';
    if (playing && !goesOn) {
      this.#halt(now);
      this.#become('armed');
    }
    const then = playing
      ? goesOn
        ? ' The music goes on at the last tempo.'
        : ' The music was stopped.'
      : '';
    this.#events.notice({
      level: 'warning',
      code: 'clock-lost',
      text: `The DAW's clock fell silent.${then}`,
    });
  }

  /** Own transport: from `takeBeat` of the take, a moment from now. */
  #begin(now: number, takeBeat: number): void {
    const leading = this.#settings.sync === 'lead';
    const start = leading ? ClockSender.startBeat(takeBeat) : takeBeat;
    const time = now + (leading ? LOCATE_MS : START_MS);
    if (leading) {
      const { locate, go } = this.#leader.start(start);
      this.#outlet.now(locate);
      this.#outlet.push({ due: time - 1, message: go });
    }
    this.#pieceTempo = this.#tempoClock(start, time);
    this.#run(this.#pieceTempo, start);
  }

  /** The DAW's transport: its song runs from this beat on. */
  #follow(beat: number): void {
    if (this.#settings.tempo === 'piece') this.#pieceTempo = this.#tempoClock(beat, this.daw.timeOf(beat));
    else this.#pieceTempo = null;
    this.#run(this.#pieceTempo ?? this.daw, beat);
  }

  #tempoClock(beat: number, time: number): TempoClock {
    return new TempoClock(beat, time, this.#settings.bpm);
  }

  #run(timebase: Timebase, beat: number): void {
    this.#timebase = timebase;
    const place = this.#arranger.locate(beat);
    this.#sequencer.start(beat, place.from);
    this.#committer.restart(beat);
    if (this.#nextTake) this.#take = this.#nextTake;
    this.#nextTake = null;
    this.#become('playing');
  }

  /** Ends all sound and remembers where it was. */
  #halt(now: number): void {
    const beat = this.#timebase.beatAt(now);
    const placed = this.#sequencer.at(beat);
    if (placed) this.#resume = this.#arranger.startOf(placed.index) + Math.max(0, beat - placed.start);
    this.#sequencer.clear();
    this.#outlet.silence();
    if (this.#settings.sync === 'lead') this.#outlet.now([this.#leader.stop()]);
    this.#setBehind(false);
  }

  #onPlaced(placed: Placed): void {
    if (this.#pieceTempo && this.#settings.tempo === 'piece' && !placed.repeated) {
      const first = { beat: 0, bpm: this.#arranger.tempoOf(placed.index) ?? this.#settings.bpm };
      for (const change of [first, ...(placed.bar.tempos ?? [])]) {
        const beat = Math.max(placed.start + change.beat, this.#committer.startBeat);
        this.#pieceTempo.setTempo(beat, change.bpm);
      }
    }
    if (placed.repeated) this.#repeated++;
    this.#setBehind(placed.repeated);
    if (this.#nextTake && !this.#arranger.swapping) {
      this.#take = this.#nextTake;
      this.#nextTake = null;
      this.#events.changed();
    }
  }

  #setBehind(behind: boolean): void {
    if (behind === this.#behind) return;
    this.#behind = behind;
    if (behind) {
      const text =
        'The generator is behind: the last bar is repeated. A faster engine or a slower tempo helps.';
      this.#events.notice({ level: 'warning', code: 'behind', text });
    } else if (this.#transport === 'playing') {
      this.#events.notice({ level: 'info', code: 'caught-up', text: 'The generator has caught up.' });
    }
  }

  #rest(bar: number, fromBeat: number, content: Bar): void {
    this.#sequencer.splice(bar, fromBeat, content, this.#committer.until);
  }

  #poll(now: number): void {
    const feed = this.#feed;
    if (!feed) return;
    const playing = this.#transport === 'playing';
    const beat = this.#timebase.beatAt(now);
    const placed = playing ? this.#sequencer.at(beat) : null;
    const loop = this.#arranger.loop;
    const bpm = this.#timebase.bpmAt(now) ?? this.#settings.bpm;
    feed.poll(
      {
        next: this.#arranger.nextIndex,
        last: loop ? loop.startBar + loop.bars - 1 : Number.POSITIVE_INFINITY,
        sounding: placed && {
          bar: placed.index,
          beat: beat - placed.start,
          beats: placed.bar.beats,
          beatsPerMs: bpm / 60_000,
        },
      },
      now,
    );
  }

  #become(transport: TransportState): void {
    if (this.#transport === transport) return;
    this.#transport = transport;
    this.#events.changed();
  }
}
