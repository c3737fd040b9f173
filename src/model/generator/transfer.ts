import type { TransferPiece, WriteOptions } from '../composing/music-model.ts';
import { requireInput } from '../error.ts';
import { append } from '../lists.ts';
import { joinWords } from '../muser/generate.ts';
import { modeAfter, settleHarmony } from '../muser/harmony-transfer.ts';
import { modeValue } from '../muser/plan.ts';
import type { ElementSource, TransferJob } from '../muser/transfer-job.ts';
import type { Piece } from '../music/piece.ts';
import { ELEMENTS as CODED, type Element, type Words } from '../tokens/vocabulary.ts';
import type { BeatCodes } from './codes.ts';
import type { BeatSlices } from './encoder.ts';
import { pause } from './generate.ts';
import { beatOf, type Grid, gridOf } from './grid.ts';
import { splitBars } from './kept.ts';
import { metreOf } from './metre.ts';
import type { GeneratorModel } from './model.ts';
import { NEW_BAR, returnsOf } from './returns.ts';
import { samplingOf } from './sampling.ts';
import type { Script } from './script.ts';
import { wordsToPiece } from './to-piece.ts';
import { pieceToWords } from './to-words.ts';
import { WORD_WIDTH } from './vocabulary.ts';
import { WordWriter } from './word-writer.ts';

/**
 * Writes a piece again from its codes, with the slices of some elements moved towards those of other pieces: bar k with bar k, beat
 * with beat; a shorter source is repeated by whole bars. Chords are not left to codes: whatever brings the pitches is re-harmonised
 * to them first (see settleHarmony).
 */
export async function transfer(
  model: GeneratorModel,
  { piece, sources, emotion, seed, keep }: TransferPiece,
  options: WriteOptions = {},
): Promise<Piece> {
  const { tonic, mode } = piece.key;
  const from: Partial<Record<Element, ElementSource>> = {};
  for (const element of CODED) {
    const source = sources[element];
    const amount = source?.amount ?? 0;
    requireInput(amount >= 0 && amount <= 1, `the amount of ${element} must be 0 to 1, got ${amount}`);
    if (source && amount > 0)
      from[element] = { words: pieceToWords(source.piece), amount, mode: source.piece.key.mode };
  }
  const asked: TransferJob = { words: pieceToWords(piece), sources: from, mode, emotion, seed, keep };
  const job = settleHarmony(asked, WORD_WIDTH);
  const isWritten = keep && Object.keys(job.sources).length === 0;
  const words = isWritten ? job.words : await write(model, job, options);
  return wordsToPiece(words, { tonic, mode: modeAfter(asked) ?? mode }, seed);
}

async function write(model: GeneratorModel, job: TransferJob, options: WriteOptions): Promise<Words> {
  const bars = splitBars(job.words);
  const taken = new Set(Object.keys(job.sources) as Element[]);
  const script: Script = {
    seed: job.seed,
    bars: bars.length,
    metre: metreOf(bars.map(({ chords }) => chords.length)),
    emotionOf: () => (Array.isArray(job.emotion) ? job.emotion[0] : job.emotion),
    modeOf: () => modeValue(job.mode),
    endingOf: () => 0,
    keptOf: (bar) => (job.keep ? { ...bars[bar], free: taken } : null),
  };
  const codes = mixedCodes(model, job).flat();
  const sampling = samplingOf(model.weights.config, options);
  // Bars whose notes are brought from elsewhere come back as those do, which is in the codes.
  const takesNotes = taken.has('type') || taken.has('barBeat') || taken.has('pitch');
  const returns = returnsOf(bars);
  const writer = new WordWriter(
    model,
    [script],
    sampling,
    (_, beat) => codes[beat] ?? null,
    (_, bar) => (takesNotes ? NEW_BAR : returns[bar]),
    0,
  );
  try {
    const written: Words[] = [];
    for (let bar = 0; bar < bars.length; bar++) {
      await pause(options);
      append(written, writer.bar([0], options.onWord));
    }
    return joinWords(written);
  } finally {
    writer.dispose();
  }
}

/** Codes of each beat: of each group the nearest to what lies between the piece's own slice and that of its source. */
function mixedCodes({ weights, encoder }: GeneratorModel, job: TransferJob): Grid<BeatCodes> {
  const gridFor = (words: Words): Grid<BeatSlices> => gridOf(encoder.slices(words), splitBars(words));
  const own = gridFor(job.words);
  const others = new Map<Element, Grid<BeatSlices>>();
  for (const element of CODED) {
    const source = job.sources[element];
    if (source) others.set(element, gridFor(source.words));
  }
  return own.map((beats, bar) =>
    beats.map((slices, beat) =>
      encoder.codesOf(
        weights.config.groups.map(({ element }, group) => {
          const other = element === 'timing' ? undefined : others.get(element);
          if (!other || element === 'timing') return slices[group];
          return between(slices[group], beatOf(other, bar, beat)[group], job.sources[element]!.amount);
        }),
      ),
    ),
  );
}

const between = (from: Float32Array, to: Float32Array, amount: number): Float32Array =>
  from.map((value, i) => value + amount * (to[i] - value));
