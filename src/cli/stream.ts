import type { MusicModel, StreamedBar as Streamed, WriteOptions } from '../model/composing/music-model.ts';
import { type Conditions, emotionPath } from '../model/muser/conditions.ts';
import { chordName, keyName } from '../model/music/names.ts';
import { LivePerformer } from '../model/performing/live-performer.ts';
import type { PerformerNetwork } from '../model/performing/network.ts';
import type { Touch } from '../model/performing/touch.ts';
import type { Voice } from '../model/voices/voice.ts';
import type { Io } from './command.ts';

/** One line of `affetto generate --stream`. */
export interface StreamedBar {
  readonly take: number;
  readonly seed: number;
  /** From 0. */
  readonly bar: number;
  readonly beats: number;
  readonly key: string;
  /** Changes in this bar, at beats from 0. */
  readonly tempos: readonly { readonly beat: number; readonly bpm: number }[];
  readonly chords: readonly { readonly beat: number; readonly chord: string }[];
  /** Steps are sixteenths from the start of the bar. */
  readonly notes: readonly {
    readonly step: number;
    readonly pitch: number;
    readonly duration: number;
    readonly velocity: number;
    /** Played that many steps after the grid (before, where negative); absent where it is played on it. */
    readonly offset?: number;
    /** Absent where the model does not say. */
    readonly voice?: Voice;
  }[];
  /** The sustain pedal goes down or up, at beats from 0; absent without one. */
  readonly pedal?: readonly { readonly beat: number; readonly down: boolean }[];
  /** The bar's words, as the model wrote them. */
  readonly words: readonly (readonly number[])[];
}

export interface StreamOptions extends WriteOptions {
  readonly takes: number;
  readonly seed: number;
  readonly touch: Touch;
  /** Absent: bars are told as they stand on the grid. */
  readonly performer?: PerformerNetwork;
}

/**
 * Writes each bar as a line as soon as it is made. Goes on until the asked number of bars, or where that is null until it
 * is stopped or nobody reads any more.
 */
export async function streamBars(
  model: MusicModel,
  conditions: Conditions,
  options: StreamOptions,
  io: Io,
): Promise<void> {
  const seeds = Array.from({ length: options.takes }, (_, i) => options.seed + i);
  const { performer, touch } = options;
  const players = seeds.map(
    (seed) =>
      performer && new LivePerformer(performer, { ...touch, seed, remembers: 0, isTimed: model.isPlayed }),
  );
  const emotions = emotionPath(conditions.emotion);
  let read = true;
  const closed = (): void => {
    read = false;
  };
  process.stdout.on('error', closed);
  try {
    let bar = 0;
    for await (const bars of model.stream(conditions, seeds, options)) {
      for (const [take, written] of bars.entries()) {
        if (!written) continue;
        const emotion = emotions[Math.min(bar, emotions.length - 1)];
        const played = players[take]?.play(bar, written.bar, emotion) ?? written.bar;
        io.out(JSON.stringify({ take, seed: seeds[take], bar, ...describeBar({ ...written, bar: played }) }));
      }
      // Lets a closed pipe and Ctrl-C be heard.
      await new Promise((done) => setImmediate(done));
      if (!read || io.signal.aborted) return;
      bar++;
    }
  } finally {
    process.stdout.off('error', closed);
  }
}

/** What one bar's words say, with names for people. */
function describeBar({ words, bar, key }: Streamed): Omit<StreamedBar, 'take' | 'seed' | 'bar'> {
  const { beats, notes, tempos, chords, pedal } = bar;
  return {
    beats,
    key: keyName(key),
    tempos: tempos.map(({ beat, bpm }) => ({ beat, bpm: Number(bpm.toFixed(2)) })),
    chords: chords.map(({ beat, chord }) => ({ beat, chord: chordName(chord, key) })),
    notes,
    ...(pedal ? { pedal } : {}),
    words,
  };
}
