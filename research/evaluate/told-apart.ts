import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeMidi } from '../../src/model/music/midi-out.ts';
import type { Piece } from '../../src/model/music/piece.ts';
import { performPiece } from '../../src/model/performing/perform-piece.ts';
import { USUAL_TOUCH } from '../../src/model/performing/touch.ts';
import { loadPerformer } from '../../src/services/model-files/small-model.ts';
import type { Apart } from './apart-judge.ts';
import { type Excerpt, excerpt, pieceOf } from './data.ts';
import { jobOf, runJobs } from './free-running.ts';
import { generateTakes, SEEDS_APART } from './generation.ts';
import type { Subject } from './models.ts';
import { emotionOfQuadrant, QUADRANTS } from './quadrants.ts';
import { type Context, ofSplit, type Section } from './section.ts';

/** Bars of what is judged: the judges hear the first 24 seconds. */
const BARS = 16;

/** How surely a model's music is told from real clips. */
export interface ApartFigures {
  /** Takes as the app makes them. */
  readonly takes: Apart;
  /** Held-out clips, decoded freely from their own codes; null where there are none. */
  readonly codes: Apart | null;
}

/** How surely real music is. */
export interface RealApart {
  /** Held-out clips as their words say them. */
  readonly words: Apart;
  /** Real clips in the place of made ones. */
  readonly floor: Apart;
}

interface Named {
  readonly name: string;
  readonly quadrant: number;
  readonly seed: number;
  readonly piece: Piece;
}

export const toldApart: Section<ApartFigures> = {
  name: 'told-apart',
  async run(subject, context) {
    const takes = await tell(`${subject.name}/takes`, await takesOf(subject, context), context);
    const decoded = await decodedOf(subject, context);
    return {
      takes,
      codes: decoded.length > 0 ? await tell(`${subject.name}/codes`, decoded, context) : null,
    };
  },
};

/** Held-out clips as their words say them, and real ones among themselves; null where there are none. */
export async function realApart(context: Context): Promise<RealApart | null> {
  const clips = heldOut(context);
  if (clips.length === 0) return null;
  const { judge, folder } = context.apart!;
  const place = await writeClips(
    join(folder, 'told-apart', 'words'),
    clips.map((clip, i) => named(clip, pieceOf(clip), i)),
  );
  const { made, floor } = await judge.tellWithFloor(place, context.signal);
  return { words: made, floor };
}

async function takesOf(subject: Subject, context: Context): Promise<Named[]> {
  const { sizes, settings, seed, judges, signal, show } = context;
  const made: Named[] = [];
  for (const quadrant of QUADRANTS) {
    const takes = await generateTakes(subject, emotionOfQuadrant(quadrant), BARS, sizes.apart, {
      ...settings.generate,
      ...subject.sampling,
      seed: seed + quadrant * SEEDS_APART,
      judge: judges[0],
      signal,
      onDone: (done) => show('told-apart', (quadrant - 1) * sizes.apart + done, 4 * sizes.apart),
    });
    for (const take of takes) made.push({ ...take, name: `q${quadrant}-seed${take.seed}`, quadrant });
  }
  return made;
}

async function decodedOf({ muser }: Subject, context: Context): Promise<Named[]> {
  const clips = heldOut(context);
  const words = await runJobs(
    muser,
    clips.map((clip, i) => jobOf(clip, context.seed + i)),
    { ...context.settings.transfer, signal: context.signal },
    (done) => context.show('told-apart, decoded codes', done, clips.length),
  );
  return clips.map((clip, i) => named(clip, pieceOf({ words: words[i], key: clip.key }), i));
}

const heldOut = ({ emopia }: Context): Excerpt[] =>
  ofSplit(emopia, 'val')
    .filter(({ quadrant }) => quadrant !== null)
    .map((clip) => excerpt(clip, BARS));

/** By its own name, so that judges know which song it is of. */
const named = ({ id, quadrant }: Excerpt, piece: Piece, seed: number): Named => ({
  name: id,
  quadrant: quadrant!,
  seed,
  piece,
});

async function tell(place: string, clips: readonly Named[], { apart, signal }: Context): Promise<Apart> {
  const { judge, folder } = apart!;
  return judge.tell(await writeClips(join(folder, 'told-apart', place), clips), signal);
}

/** Files as the app writes them: pedal and micro-timing are the performer's. */
async function writeClips(folder: string, clips: readonly Named[]): Promise<string> {
  const performer = await loadPerformer();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { name, quadrant, seed, piece } of clips) {
    const emotion = [emotionOfQuadrant(quadrant)];
    const played = performer ? performPiece(performer, piece, { ...USUAL_TOUCH, seed, emotion }) : piece;
    writeFileSync(join(folder, `${name}.mid`), writeMidi(played));
  }
  return folder;
}
