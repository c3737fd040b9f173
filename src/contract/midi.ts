/**
 * What the MIDI service tells and is told of itself, as windows and hosts see it too: its settings, its state, its events.
 * Plain JSON only.
 *
 * Units: beats are quarter notes, times are milliseconds, valence and arousal are -1..1, intensity is 0..1,
 * MIDI channels are 1..16 as musicians count them.
 */

// ---------------------------------------------------------------------------------------------- settings

/** Where notes go. `auto`: our own port on macOS and Linux, the first known loopback on Windows. */
export type OutputChoice =
  | { readonly kind: 'auto' }
  | { readonly kind: 'virtual'; readonly name: string }
  | { readonly kind: 'existing'; readonly name: string }
  /** Writes a standard MIDI file when playing stops. */
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'none' };

/** Where clock and controllers come from. */
export type InputChoice =
  | { readonly kind: 'auto' }
  | { readonly kind: 'virtual'; readonly name: string }
  | { readonly kind: 'existing'; readonly name: string }
  | { readonly kind: 'none' };

/** `alone`: own transport. `follow`: the DAW's clock and transport. `lead`: own transport, clock sent to the output. */
type SyncMode = 'alone' | 'follow' | 'lead';

type ChannelRouting =
  | { readonly kind: 'all'; readonly channel: number }
  | { readonly kind: 'voices'; readonly melody: number; readonly chords: number; readonly bass: number };

export interface Routing {
  readonly channels: ChannelRouting;
  /** Velocity: -1 (all soft become softer) .. 0 (as played) .. 1 (all louder), then limited to min..max. */
  readonly velocity: { readonly curve: number; readonly min: number; readonly max: number };
  /** Semitones, -48..48. */
  readonly transpose: number;
  /** Notes outside are dropped or folded into the range by octaves. */
  readonly range: { readonly low: number; readonly high: number; readonly outside: 'drop' | 'fold' };
  readonly pedal: boolean;
  /** Controllers that carry the emotion along the path; null = not sent. */
  readonly emotion: {
    readonly channel: number;
    readonly valence: number | null;
    readonly arousal: number | null;
  };
}

/**
 * What a learnt controller or note moves. Values -1..1 for valence and arousal, 0..1 for intensity, a press for the rest; the
 * last four go to the emotion of that name.
 */
export const CONTROL_TARGETS = [
  'valence', 'arousal', 'intensity', 'generate', 'panic', 'play', 'stop', 'next-take', 'keep',
  'happy', 'tense', 'sad', 'calm',
] as const; // biome-ignore format: a list
export type ControlTarget = (typeof CONTROL_TARGETS)[number];

export type ControlMapping = {
  readonly target: ControlTarget;
  /** 1..16 */
  readonly channel: number;
} & (
  | {
      /** CC number 0..127 */
      readonly controller: number;
    }
  | {
      /** Key or pad, 0..127; how hard it is struck is its value. */
      readonly note: number;
    }
);

export interface MidiSettings {
  readonly output: OutputChoice;
  readonly input: InputChoice;
  /** Where knobs, pads and keys come from too, beside `input`. */
  readonly controls: InputChoice;
  readonly sync: SyncMode;
  /** Whose tempo counts: the DAW's (or `bpm` when there is no clock), or the piece's own tempo changes. */
  readonly tempo: 'daw' | 'piece';
  /** Beats a minute when tempo is `daw` and no clock is followed, 20..999. */
  readonly bpm: number;
  /** Milliseconds added to everything sent (positive = later), by port name; -500..500. */
  readonly offsets: { readonly [port: string]: number };
  /** What to do when the followed clock falls silent while playing. */
  readonly onClockLoss: 'continue' | 'stop';
  /** Milliseconds that are committed to the send queue ahead of time, 20..50. */
  readonly commitMs: number;
  /** Bars that a live source is kept ahead of the playhead, 1..8. */
  readonly lookaheadBars: number;
  /** When a moved emotion is heard. */
  readonly emotionAt: 'bar' | 'beat';
  readonly routing: Routing;
  readonly mappings: readonly ControlMapping[];
}

// ---------------------------------------------------------------------------------------------- state

export type MidiStatus =
  /** MIDI can be used; `virtualPorts`: we can create our own. */
  | { readonly available: true; readonly virtualPorts: boolean }
  /** What is missing and what to do about it, in words for musicians. */
  | { readonly available: false; readonly reason: string; readonly advice: string };

export interface PortList {
  readonly status: MidiStatus;
  /** Names without the numbers that the system appends; unique. */
  readonly outputs: readonly string[];
  readonly inputs: readonly string[];
  /** On Windows: the loopback that `auto` takes, if one was found. */
  readonly loopback?: { readonly output: string; readonly input: string | null };
}

export interface PortState {
  /** Name as a DAW shows it; null when nothing is chosen. */
  readonly name: string | null;
  readonly kind: 'virtual' | 'existing' | 'file' | 'none';
  /** `lost`: it was there, vanished, and is reopened when it comes back. */
  readonly state: 'open' | 'lost' | 'closed' | 'failed';
  /** Why it is lost or failed, and what to do. */
  readonly problem?: string;
  /** How many are connected to our own output; absent where that can't be told. */
  readonly listeners?: number;
}

export type TransportState =
  | 'stopped'
  /** Waiting for the first bar of a live source. */
  | 'buffering'
  /** Following: ready, waiting for the DAW's Start. */
  | 'armed'
  | 'playing';

export interface MidiState {
  readonly status: MidiStatus;
  readonly settings: MidiSettings;
  readonly output: PortState;
  readonly input: PortState;
  readonly controls: PortState;
  readonly transport: TransportState;
  readonly source: 'none' | 'take' | 'live';
  /** Take that is sounding, and the one that takes over at the next bar line. */
  readonly takeId: string | null;
  readonly nextTakeId: string | null;
  readonly loop: LoopRange | null;
  /** Target that waits for a controller to be moved. */
  readonly learning: ControlTarget | null;
}

/** Bars of the take, counted from 0. */
export interface LoopRange {
  readonly startBar: number;
  readonly bars: number;
}

export interface Position {
  readonly transport: TransportState;
  /** Beats since the start, or the DAW's song position when following. */
  readonly beat: number;
  /** Bar of the take that sounds (from 0), and beats into it. */
  readonly bar: number;
  readonly beatInBar: number;
  readonly bpm: number;
  /** True while a bar is repeated because the source is behind. */
  readonly repeating: boolean;
}

/** One bin of the lateness histogram: messages sent less than `belowMs` after they were due (and not in a lower bin). */
export interface HistogramBin {
  readonly belowMs: number | null;
  readonly count: number;
}

export interface Health {
  /** Lateness of sent messages since the last reset. */
  readonly lateness: {
    readonly bins: readonly HistogramBin[];
    readonly sent: number;
    readonly p50: number;
    readonly p99: number;
    readonly p999: number;
    readonly max: number;
    /** Over 5 ms: can be heard. */
    readonly late: number;
  };
  /** Messages that could not be delivered because the port was gone or refused them. */
  readonly lost: number;
  /** Bars repeated because the source was behind. */
  readonly repeatedBars: number;
  readonly sounding: readonly { readonly channel: number; readonly pitch: number }[];
  /** Channels with the sustain pedal down. */
  readonly pedals: readonly number[];
  readonly clock: {
    readonly state: 'none' | 'arriving' | 'lost';
    /** Smoothed; null until it is known. */
    readonly bpm: number | null;
    /** Standard deviation of arrivals around the smoothed clock. */
    readonly jitterMs: number | null;
    readonly running: boolean;
  };
  /** Messages that came back to our input just after we sent them. */
  readonly echoes: number;
  /** Incoming bytes or messages that made no sense and were ignored. */
  readonly ignored: number;
  /** How the system ranks the thread that sends. */
  readonly rank: Rank;
}

/** Scheduled like any other thread, before others, or before everything that is not realtime too. */
export const RANKS = ['ordinary', 'high', 'realtime'] as const;
export type Rank = (typeof RANKS)[number];

export interface Notice {
  readonly level: 'info' | 'warning' | 'error';
  readonly code:
    | 'port-lost' | 'port-back' | 'port-failed' | 'clock-lost' | 'clock-back' | 'behind' | 'caught-up'
    | 'feedback' | 'source-failed' | 'rescued' | 'stalled' | 'file-written' | 'take-ended'; // biome-ignore format: a list
  /** What happened and what to do, for musicians. */
  readonly text: string;
}

// ---------------------------------------------------------------------------------------------- events

export interface MidiEvents {
  /** Whenever something in it changed. */
  state: MidiState;
  /** Ten times a second while playing, and at every change of transport. */
  position: Position;
  /** Once a second while playing or while a clock arrives. */
  health: Health;
  /** Ports appeared or vanished. */
  ports: PortList;
  /** A learnt controller was moved (value) or pressed (value 1). */
  control: { readonly target: ControlTarget; readonly value: number };
  /** A controller was learnt; also in settings.mappings of the state. */
  learnt: ControlMapping;
  /** One tick of the clock light: a beat of the incoming clock. */
  beat: { readonly beat: number };
  notice: Notice;
}

export const MIDI_EVENTS = [
  'state', 'position', 'health', 'ports', 'control', 'learnt', 'beat', 'notice',
] as const satisfies readonly (keyof MidiEvents)[]; // biome-ignore format: a list
