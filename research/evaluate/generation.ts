import { chooseTake } from '../../src/model/choosing/choose.ts';
import { type ClipFigures, clipFigures } from '../../src/model/choosing/clip-figures.ts';
import { heardNotes } from '../../src/model/choosing/heard.ts';
import { noteMoves } from '../../src/model/choosing/note-moves.ts';
import type { Emotion } from '../../src/model/muser/emotion-embedding.ts';
import { type GeneratedTake, generate } from '../../src/model/muser/generate.ts';
import type { SessionOptions } from '../../src/model/muser/session.ts';
import type { Piece } from '../../src/model/music/piece.ts';
import type { Words } from '../../src/model/tokens/vocabulary.ts';
import type { Judge } from './judge.ts';
import type { Subject } from './models.ts';
import { emotionOfQuadrant, QUADRANTS } from './quadrants.ts';
import { type PlainNote, plainNotes } from './second-judge.ts';
import type { Section } from './section.ts';

/** What is kept of a clip, generated or real. */
export interface HeardClip {
  readonly quadrant: number;
  readonly figures: ClipFigures;
  /** Judge's name -> what it hears. */
  readonly heard: Readonly<Record<string, Emotion>>;
  /** Steps from note to note, for the search for copies. */
  readonly moves: readonly number[];
  /** For judges that are asked later. */
  readonly notes: readonly PlainNote[];
}

/** Lanes that are generated side by side. */
const BATCH = 20;
/** Seeds of one quadrant, or one step of a slider, stay clear of the next one's. */
export const SEEDS_APART = 1000;

export const generation: Section<readonly HeardClip[]> = {
  name: 'generation',
  async run(subject, { sizes, settings, seed, judges, signal, show }) {
    const clips: HeardClip[] = [];
    for (const quadrant of QUADRANTS) {
      const takes = await generateTakes(subject, emotionOfQuadrant(quadrant), sizes.bars, sizes.clips, {
        ...settings.generate,
        ...subject.sampling,
        seed: seed + quadrant * SEEDS_APART,
        judge: judges[0],
        signal,
        onDone: (done) => show('generation', (quadrant - 1) * sizes.clips + done, 4 * sizes.clips),
      });
      clips.push(...takes.map((take) => hearClip(quadrant, take.words, take.piece, judges)));
    }
    return clips;
  },
};

/** Takes of one emotion, each the best of the subject's candidates; take i has seed + i whatever the batches. */
export async function generateTakes(
  { muser, reference, bestOf }: Subject,
  emotion: Emotion,
  bars: number,
  count: number,
  { judge, ...options }: SessionOptions & { seed: number; judge?: Judge; onDone?: (done: number) => void },
): Promise<GeneratedTake[]> {
  const takes: GeneratedTake[] = [];
  const listen = (piece: Piece) =>
    judge && piece.notes.length > 0 ? { emotion: judge.hear(heardNotes(piece)), bars: [] } : null;
  while (bestOf > 1 && takes.length < count) {
    const seed = options.seed + takes.length;
    takes.push(await chooseTake(muser, { emotion, bars }, seed, { ...options, bestOf, listen, reference }));
    options.onDone?.(takes.length);
  }
  while (takes.length < count) {
    takes.push(
      ...(await generate(
        muser,
        { emotion, bars },
        { ...options, takes: Math.min(BATCH, count - takes.length), seed: options.seed + takes.length },
      )),
    );
    options.onDone?.(takes.length);
  }
  return takes;
}

export function hearClip(quadrant: number, words: Words, piece: Piece, judges: readonly Judge[]): HeardClip {
  const notes = heardNotes(piece);
  return {
    quadrant,
    figures: clipFigures(words, piece),
    heard: Object.fromEntries(judges.map((judge) => [judge.name, judge.hear(notes)])),
    moves: [...noteMoves(words)],
    notes: plainNotes(notes),
  };
}
