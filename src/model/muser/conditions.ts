import { portableExp } from '../engines/portable-math.ts';
import { requireInput } from '../error.ts';
import type { Key } from '../music/piece.ts';
import { valueOfBpm } from '../tokens/vocabulary.ts';
import type { ModelConfig } from '../weights/config.ts';
import type { Emotion } from './emotion-embedding.ts';
import { type LanePlan, modeValue } from './plan.ts';
import { Random } from './random.ts';
import { checkSteering, compileSteering, keyOfChords, type Steering } from './steering.ts';

/** What is asked of a generation. */
export interface Conditions {
  /** One emotion, or one a bar (the last one holds on). */
  readonly emotion: Emotion | readonly Emotion[];
  /** Bars to write; null = for as long as it is asked. */
  readonly bars: number | null;
  /** Free where absent: the mode then follows from the valence, the tonic from the seed. */
  readonly key?: Key | null;
  /** Tempo kept throughout; free where absent. */
  readonly bpm?: number | null;
  /** 1..4, 4 where absent. */
  readonly beatsPerBar?: number;
  /** Chords, range, voices, density. */
  readonly steering?: Steering;
  /** How the last bar is reached: as in a whole song, over several bars; briefly (where absent); or not at all. */
  readonly ending?: Ending;
}

export const ENDINGS = ['full', 'brief', 'none'] as const;
export type Ending = (typeof ENDINGS)[number];

/** Training learnt endings from whole songs, where the last bars are half as dense: too long a farewell for a short clip. */
const BRIEF_ENDINGS: readonly { readonly upTo: number; readonly bars: number }[] = [
  { upTo: 16, bars: 1 },
  { upTo: 32, bars: 2 },
];

const MAX_BARS = 1024;
export const MAX_TAKES = 64;
export const MIN_BPM = 40;
export const MAX_BPM = 216;

/** Throws an input error unless the conditions make sense. */
export function checkConditions(conditions: Conditions): void {
  const { bars, bpm, beatsPerBar = 4, key } = conditions;
  const path = emotionPath(conditions.emotion);
  requireInput(path.length > 0, 'an emotion is missing: give a valence and an arousal');
  for (const { valence, arousal } of path) {
    requireInput(inPlane(valence), `valence must be -1 to 1, got ${valence}`);
    requireInput(inPlane(arousal), `arousal must be -1 to 1, got ${arousal}`);
  }
  if (bars !== null)
    requireInput(
      Number.isInteger(bars) && bars >= 1 && bars <= MAX_BARS,
      `bars must be 1 to ${MAX_BARS}, got ${bars}`,
    );
  if (bpm !== undefined && bpm !== null)
    requireInput(bpm >= MIN_BPM && bpm <= MAX_BPM, `tempo must be ${MIN_BPM} to ${MAX_BPM} bpm, got ${bpm}`);
  requireInput([1, 2, 3, 4].includes(beatsPerBar), `beats per bar must be 1 to 4, got ${beatsPerBar}`);
  if (conditions.steering) checkSteering(conditions.steering, beatsPerBar);
  if (key)
    requireInput(
      Number.isInteger(key.tonic) && key.tonic >= 0 && key.tonic < 12,
      `no such key: tonic ${key.tonic}`,
    );
}

const inPlane = (value: number): boolean => Number.isFinite(value) && value >= -1 && value <= 1;

export const emotionPath = (emotion: Conditions['emotion']): readonly Emotion[] =>
  Array.isArray(emotion) ? emotion : [emotion as Emotion];

/** The emotion of a bar on a path of one a bar; the last holds on. */
export const emotionAt = (path: readonly Emotion[], bar: number): Emotion =>
  path[Math.min(bar, path.length - 1)];

/** What a model's config says of modes. */
export type ModeConfig = Pick<ModelConfig, 'modeByValence'>;

/** The key of a take: as asked, or that of the chords, or a mode drawn by the valence it begins with and a tonic drawn evenly. */
export function chooseKey(conditions: Conditions, seed: number, { modeByValence }: ModeConfig): Key {
  if (conditions.key) return conditions.key;
  if (conditions.steering?.chords) return keyOfChords(conditions.steering.chords);
  const random = new Random(seed, 'key');
  const mode = drawnMode(random.next(), emotionPath(conditions.emotion)[0], modeByValence);
  return { tonic: Math.floor(random.next() * 12), mode };
}

/** A take's one draw of 0..1 against the chance that music of this valence is in major: where the valence rises, it turns once. */
function drawnMode(
  draw: number,
  emotion: Emotion,
  { bias, slope, arousal }: ModelConfig['modeByValence'],
): Key['mode'] {
  const logit = bias + slope * emotion.valence + arousal * emotion.arousal;
  return draw < 1 / (1 + portableExp(-logit)) ? 'major' : 'minor';
}

/** True if nothing but the emotion says what mode the music is in. */
const isModeFree = ({ key, steering }: Pick<Conditions, 'key' | 'steering'>): boolean =>
  !key && !steering?.chords;

/**
 * The mode of each bar where the emotion moves, around one tonic: as `chooseKey` would have chosen it for that bar's emotion.
 * Undefined where the key is not free.
 */
export function modesAlong(
  conditions: Pick<Conditions, 'key' | 'steering'>,
  seed: number,
  { modeByValence }: ModeConfig,
  emotionOf: (bar: number) => Emotion,
): LanePlan['modeOf'] {
  if (!isModeFree(conditions)) return undefined;
  const draw = new Random(seed, 'key').next();
  return (bar) => modeValue(drawnMode(draw, emotionOf(bar), modeByValence));
}

/** True if one emotion is asked throughout. */
export const isStill = (path: readonly Emotion[]): boolean =>
  path.every(({ valence, arousal }) => valence === path[0].valence && arousal === path[0].arousal);

/** The plan of a take under these conditions. */
export function planTake(conditions: Conditions, seed: number, key: Key, config: ModeConfig): LanePlan {
  const path = emotionPath(conditions.emotion);
  const moves = !isStill(path);
  const { bars, bpm, beatsPerBar = 4, ending = 'brief' } = conditions;
  return {
    seed,
    mode: modeValue(key.mode),
    modeOf: moves ? modesAlong(conditions, seed, config, (bar) => emotionAt(path, bar)) : undefined,
    bars,
    ends: bars !== null && ending !== 'none',
    endingBars: ending === 'brief' ? BRIEF_ENDINGS.find(({ upTo }) => (bars ?? 0) <= upTo)?.bars : undefined,
    beatsOf: () => beatsPerBar,
    emotionOf: (bar) => emotionAt(path, bar),
    moves,
    tempo: bpm ? valueOfBpm(bpm) : undefined,
    steer: conditions.steering && compileSteering(conditions.steering, key, beatsPerBar),
  };
}
