import { type Conditions, chooseKey, emotionPath, planTake } from '../model/muser/conditions.ts';
import type { Muser } from '../model/muser/muser.ts';
import type { LanePlan } from '../model/muser/plan.ts';
import type { SamplingSettings } from '../model/muser/settings.ts';
import { withCodeMasks } from '../model/muser/steering-codes.ts';
import { chordName, keyName } from '../model/music/names.ts';
import type { Key } from '../model/music/piece.ts';
import { LivePerformer } from '../model/performing/live-performer.ts';
import type { PerformerNetwork } from '../model/performing/network.ts';
import type { Touch } from '../model/performing/touch.ts';
import { readBar, type WrittenBar } from '../model/tokens/read-bar.ts';
import { WORD_WIDTH, type Words } from '../model/tokens/vocabulary.ts';
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
  }[];
  /** The sustain pedal goes down or up, at beats from 0; absent without one. */
  readonly pedal?: readonly { readonly beat: number; readonly down: boolean }[];
  /** The bar's words, as the model wrote them. */
  readonly words: readonly (readonly number[])[];
}

export interface StreamOptions extends SamplingSettings {
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
  muser: Muser,
  conditions: Conditions,
  options: StreamOptions,
  io: Io,
): Promise<void> {
  const seeds = Array.from({ length: options.takes }, (_, i) => options.seed + i);
  const keys = seeds.map((seed) => chooseKey(conditions, seed, muser.config));
  const plans: LanePlan[] = [];
  for (const [i, seed] of seeds.entries())
    plans.push(
      await withCodeMasks(muser.weights, muser.engine, planTake(conditions, seed, keys[i], muser.config)),
    );
  const { performer, touch } = options;
  const players = seeds.map(
    (seed) => performer && new LivePerformer(performer, { ...touch, seed, remembers: 0 }),
  );
  const emotions = emotionPath(conditions.emotion);
  let read = true;
  const closed = (): void => {
    read = false;
  };
  process.stdout.on('error', closed);
  const session = muser.open(plans, options);
  try {
    for (let bar = 0; read && !io.signal.aborted; bar++) {
      const bars = await session.nextBar();
      if (bars.every((words) => words === null)) return;
      for (const [take, words] of bars.entries())
        if (words) {
          const written = readBar(words, keys[take]);
          const emotion = emotions[Math.min(bar, emotions.length - 1)];
          const played = players[take]?.play(bar, written, emotion) ?? written;
          io.out(JSON.stringify({ take, seed: seeds[take], bar, ...describeBar(words, played, keys[take]) }));
        }
      // Lets a closed pipe and Ctrl-C be heard.
      await new Promise((done) => setImmediate(done));
    }
  } finally {
    process.stdout.off('error', closed);
    session.dispose();
  }
}

/** What one bar's words say, with names for people. */
function describeBar(words: Words, bar: WrittenBar, key: Key): Omit<StreamedBar, 'take' | 'seed' | 'bar'> {
  const { beats, notes, tempos, chords, pedal } = bar;
  const rows: number[][] = [];
  for (let i = 0; i < words.length; i += WORD_WIDTH) rows.push([...words.subarray(i, i + WORD_WIDTH)]);
  return {
    beats,
    key: keyName(key),
    tempos: tempos.map(({ beat, bpm }) => ({ beat, bpm: Number(bpm.toFixed(2)) })),
    chords: chords.map(({ beat, chord }) => ({ beat, chord: chordName(chord, key) })),
    notes,
    ...(pedal ? { pedal } : {}),
    words: rows,
  };
}
