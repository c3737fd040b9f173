import type {
  LiveMusic as Live,
  LiveOptions,
  MusicModel,
  RenewedPart,
  RenewJob,
  StreamedBar,
  TransferPiece,
  WriteOptions,
} from '../composing/music-model.ts';
import { largest } from '../lists.ts';
import type { Piece } from '../music/piece.ts';
import { indexBars } from '../tokens/bars.ts';
import { wordsToPiece } from '../tokens/decode.ts';
import { pieceToWords } from '../tokens/encode.ts';
import { readBar } from '../tokens/read-bar.ts';
import { cutBars } from '../tokens/segment.ts';
import { ELEMENTS, type Element, WORD_WIDTH, type Words } from '../tokens/vocabulary.ts';
import { type Conditions, chooseKey, planTake } from './conditions.ts';
import { type GeneratedTake, generateSeeds } from './generate.ts';
import { modeAfter } from './harmony-transfer.ts';
import { guidanceOf } from './intensity.ts';
import { LiveMusic } from './live.ts';
import { Muser } from './muser.ts';
import type { Guidance, LanePlan } from './plan.ts';
import { type RewriteJob, rewrite } from './rewrite.ts';
import { checkSteering, compileSteering, type Steer } from './steering.ts';
import { withCodeMasks } from './steering-codes.ts';
import { transfer } from './transfer.ts';
import type { ElementSource } from './transfer-job.ts';

/** A model of the first format, as the app asks it. */
export class MuserModel extends Muser implements MusicModel {
  readonly isPlayed = false;

  guidanceOf(intensity: number): Guidance {
    const { priorGuidance, decoderGuidance } = this.config.sampling;
    return guidanceOf(intensity, { prior: priorGuidance, decoder: decoderGuidance });
  }

  write(
    conditions: Conditions & { readonly bars: number },
    seeds: readonly number[],
    options: WriteOptions = {},
  ): Promise<GeneratedTake[]> {
    return generateSeeds(this, conditions, seeds, options);
  }

  async *stream(
    conditions: Conditions,
    seeds: readonly number[],
    options: WriteOptions = {},
  ): AsyncGenerator<(StreamedBar | null)[]> {
    const keys = seeds.map((seed) => chooseKey(conditions, seed, this.config));
    const plans: LanePlan[] = [];
    for (const [i, seed] of seeds.entries())
      plans.push(
        await withCodeMasks(this.weights, this.engine, planTake(conditions, seed, keys[i], this.config)),
      );
    const session = this.open(plans, options);
    try {
      for (;;) {
        const bars = await session.nextBar(options.onWord);
        if (bars.every((words) => words === null)) return;
        yield bars.map(
          (words, i) =>
            words && { key: keys[i], bar: readBar(words, keys[i]), words: rowsOf(words, WORD_WIDTH) },
        );
      }
    } finally {
      session.dispose();
    }
  }

  async renew(job: RenewJob, seeds: readonly number[], options: WriteOptions = {}): Promise<RenewedPart[]> {
    const { piece, first, fromBar, toBar } = job;
    const rewriting: RewriteJob = {
      words: part(piece, first, job.last),
      renew: job.renew,
      fromBar: fromBar - first,
      toBar: toBar - first,
      mode: piece.key.mode,
      emotion: job.emotion,
      ends: job.ends,
      steer: steerOf(job),
    };
    const parts = await rewrite(this, rewriting, seeds, options);
    return parts.map(({ seed, words, likelihood }) => {
      const fresh = cutBars(words, indexBars(words), rewriting.fromBar, rewriting.toBar);
      const beats = indexBars(fresh).beats.reduce((sum, n) => sum + n, 0);
      return {
        seed,
        piece: wordsToPiece(words, piece.key),
        fresh,
        likelihood: {
          words: (likelihood.words * WORD_WIDTH) / fresh.length,
          codes: likelihood.codes / beats,
          kept: likelihood.kept / beats,
        },
      };
    });
  }

  async transfer(
    { piece, sources, emotion, seed, keep }: TransferPiece,
    options: WriteOptions = {},
  ): Promise<Piece> {
    const from: Partial<Record<Element, ElementSource>> = {};
    for (const element of ELEMENTS) {
      const source = sources[element];
      if (source)
        from[element] = {
          words: pieceToWords(source.piece),
          amount: source.amount,
          mode: source.piece.key.mode,
        };
    }
    const { tonic, mode } = piece.key;
    const job = { words: pieceToWords(piece), sources: from, mode, emotion, seed, keep };
    const [words] = await transfer(this, [job], options);
    return wordsToPiece(words, { tonic, mode: modeAfter(job) ?? mode });
  }

  live(options: LiveOptions): Promise<Live> {
    return LiveMusic.open(this, options);
  }

  async meanSlices(piece: Piece): Promise<ReadonlyMap<Element, readonly number[]>> {
    const means = new Map<Element, number[]>();
    if (this.config.codeRate !== 'beat') return means;
    const codes = await this.encode(pieceToWords(piece));
    for (const [book, { element }] of this.config.books.entries()) {
      if (element === '*') continue;
      const codebook = this.codebook(book);
      const sum = new Array<number>(codebook.dim).fill(0);
      for (const beat of codes)
        codebook.vector(beat[book]).forEach((value, i) => {
          sum[i] += value / codes.length;
        });
      means.set(element, [...(means.get(element) ?? []), ...sum]);
    }
    return means;
  }
}

function part(piece: Piece, first: number, last: number): Words {
  const words = pieceToWords(piece);
  return cutBars(words, indexBars(words), first, last);
}

/** The limits for a part of a piece. */
function steerOf({ piece, first, steering }: RenewJob): Steer | undefined {
  if (!steering) return undefined;
  const beatsPerBar = largest(piece.barBeats);
  checkSteering(steering, beatsPerBar);
  const steer = compileSteering(steering, piece.key, beatsPerBar);
  return { ...steer, chordAt: (bar, beat) => steer.chordAt(bar + first, beat) };
}

/** Words one by one. */
const rowsOf = (words: Words, width: number): number[][] =>
  Array.from({ length: words.length / width }, (_, i) => [...words.subarray(i * width, (i + 1) * width)]);
