import { type Conditions, chooseKey, planTake } from '../model/muser/conditions.ts';
import type { Muser } from '../model/muser/muser.ts';
import type { LanePlan } from '../model/muser/plan.ts';
import type { SamplingSettings } from '../model/muser/settings.ts';
import { withCodeMasks } from '../model/muser/steering-codes.ts';
import { chordName, keyName } from '../model/music/names.ts';
import { type Key, STEPS_PER_BEAT } from '../model/music/piece.ts';
import { chordOfValue, pitchOfValue, shiftOfTonic } from '../model/tokens/values.ts';
import {
  BAR_BEAT,
  bpmOfValue,
  CHORD,
  CONTINUE,
  DURATION,
  DURATION_STEPS,
  FIRST_POSITION,
  PITCH,
  TEMPO,
  TYPE,
  TYPE_NOTE,
  VELOCITY,
  velocityOfValue,
  WORD_WIDTH,
  type Words,
} from '../model/tokens/vocabulary.ts';
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
  }[];
  /** The bar's words, as the model wrote them. */
  readonly words: readonly (readonly number[])[];
}

export interface StreamOptions extends SamplingSettings {
  readonly takes: number;
  readonly seed: number;
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
    plans.push(await withCodeMasks(muser.weights, muser.engine, planTake(conditions, seed, keys[i])));
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
        if (words) io.out(JSON.stringify({ take, seed: seeds[take], bar, ...readBar(words, keys[take]) }));
      // Lets a closed pipe and Ctrl-C be heard.
      await new Promise((done) => setImmediate(done));
    }
  } finally {
    process.stdout.off('error', closed);
    session.dispose();
  }
}

/** What one bar's words say. */
export function readBar(words: Words, key: Key): Omit<StreamedBar, 'take' | 'seed' | 'bar'> {
  const shift = shiftOfTonic(key.tonic);
  const tempos: { beat: number; bpm: number }[] = [];
  const chords: { beat: number; chord: string }[] = [];
  const notes: { step: number; pitch: number; duration: number; velocity: number }[] = [];
  const rows: number[][] = [];
  let step = 0;
  for (let i = 0; i < words.length; i += WORD_WIDTH) {
    rows.push([...words.subarray(i, i + WORD_WIDTH)]);
    if (words[i + TYPE] === TYPE_NOTE) {
      const [pitch, velocity] = [pitchOfValue(words[i + PITCH], shift), velocityOfValue(words[i + VELOCITY])];
      notes.push({ step, pitch, duration: DURATION_STEPS[words[i + DURATION]], velocity });
      continue;
    }
    if (words[i + BAR_BEAT] < FIRST_POSITION) continue;
    step = words[i + BAR_BEAT] - FIRST_POSITION;
    const beat = step / STEPS_PER_BEAT;
    if (words[i + TEMPO] > CONTINUE)
      tempos.push({ beat, bpm: Number(bpmOfValue(words[i + TEMPO]).toFixed(2)) });
    if (words[i + CHORD] > CONTINUE)
      chords.push({ beat, chord: chordName(chordOfValue(words[i + CHORD], key.tonic), key) });
  }
  const beats = Math.floor(step / STEPS_PER_BEAT) + 1;
  return { beats, key: keyName(key), tempos, chords, notes, words: rows };
}
