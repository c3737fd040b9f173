import { steeringOfAsk } from '../../ask.ts';
import type { GenerateRequest, Take } from '../../contract.ts';
import { USUAL_BEST_OF } from '../../model/choosing/best-of.ts';
import { type ChosenTake, chooseTake } from '../../model/choosing/choose.ts';
import { guidanceOf } from '../../model/muser/intensity.ts';
import type { Muser } from '../../model/muser/muser.ts';
import { rewrite } from '../../model/muser/rewrite.ts';
import type { SessionOptions } from '../../model/muser/session.ts';
import { checkSteering, compileSteering, type Steer } from '../../model/muser/steering.ts';
import type { Piece } from '../../model/music/piece.ts';
import { indexBars } from '../../model/tokens/bars.ts';
import { wordsToPiece } from '../../model/tokens/decode.ts';
import { pieceToWords } from '../../model/tokens/encode.ts';
import { cutBars } from '../../model/tokens/segment.ts';
import { type Hear, plain } from './analyse.ts';
import { keepOriginal } from './keep-original.ts';
import type { LoadedModel } from './load-model.ts';
import type { Reply } from './serve.ts';

/** Bars of context that are read before (and after) renewed bars of a long piece. */
const CONTEXT_BEFORE = 16;
const CONTEXT_AFTER = 2;
const PROGRESS_EVERY_MS = 120;

/** Writes the takes of a request one after the other, so that each is told as soon as it is ready. */
export async function writeTakes(
  model: Pick<LoadedModel, 'muser' | 'reference'>,
  request: GenerateRequest,
  hear: Hear,
  reply: Reply,
): Promise<void> {
  const { muser } = model;
  const { takes, intensity } = request.ask;
  const guidance = guidanceOf(intensity, muser.config);
  const counter = countWords(reply, takes, request.base ? 1 : (request.ask.bestOf ?? USUAL_BEST_OF));
  const options: SessionOptions & { onWord: () => void } = {
    signal: reply.signal,
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
    priorGuidance: guidance.prior,
    decoderGuidance: guidance.decoder,
    temperature: request.ask.temperature,
    onWord: counter.word,
  };
  for (let index = 0; index < takes; index++) {
    const seed = (request.seed + index) % 2 ** 32;
    counter.take(index);
    const written = request.base
      ? { piece: await renew(muser, request, seed, options), choice: null }
      : await write(model, request, seed, hear, options);
    const piece = plain(written.piece);
    const choice = written.choice ?? undefined;
    reply.take({ index, seed, piece, heard: hear(piece), model: muser.config.name, choice } satisfies Take);
  }
}

type Options = SessionOptions & { onWord: () => void };

async function write(
  { muser, reference }: Pick<LoadedModel, 'muser' | 'reference'>,
  { ask, bars }: GenerateRequest,
  seed: number,
  hear: Hear,
  options: Options,
): Promise<ChosenTake> {
  const conditions = {
    emotion: bars,
    bars: ask.bars,
    key: ask.key,
    bpm: ask.tempo,
    beatsPerBar: ask.beatsPerBar,
    steering: steeringOfAsk(ask),
    ...(ask.ending ? { ending: ask.ending } : {}),
  };
  const bestOf = ask.bestOf ?? USUAL_BEST_OF;
  return chooseTake(muser, conditions, seed, { ...options, bestOf, listen: hear, reference });
}

async function renew(muser: Muser, request: GenerateRequest, seed: number, options: Options): Promise<Piece> {
  const { piece, renew: elements, fromBar, toBar } = request.base!;
  const count = piece.barBeats.length;
  const first = Math.max(0, fromBar - CONTEXT_BEFORE);
  const last = Math.min(count, toBar + CONTEXT_AFTER);
  const words = pieceToWords(piece);
  const part = cutBars(words, indexBars(words), first, last);
  const renewal = { renew: new Set(elements), fromBar, toBar: Math.min(count, toBar) };
  const [written] = await rewrite(
    muser,
    {
      words: part,
      renew: renewal.renew,
      fromBar: fromBar - first,
      toBar: renewal.toBar - first,
      mode: piece.key.mode,
      emotion: request.bars.slice(Math.min(first, request.bars.length - 1)),
      steer: steerOf(request, first),
    },
    [seed],
    options,
  );
  const offset = piece.barBeats.slice(0, first).reduce((sum, beats) => sum + beats, 0);
  const renewed = later(wordsToPiece(written, piece.key), offset);
  const { tempo } = request.ask;
  return keepOriginal(piece, tempo ? { ...renewed, tempos: [{ beat: 0, bpm: tempo }] } : renewed, renewal);
}

/** The limits for a part of a piece that begins at bar `first`; chords count from the piece's first bar. */
function steerOf({ ask, base }: GenerateRequest, first: number): Steer | undefined {
  const { piece, renew } = base!;
  const chords = renew.includes('chord') ? ask.chords : 'free';
  const steering = steeringOfAsk({ ...ask, chords });
  if (!steering) return undefined;
  const beatsPerBar = Math.max(...piece.barBeats);
  checkSteering(steering, beatsPerBar);
  const steer = compileSteering(steering, piece.key, beatsPerBar);
  return { ...steer, chordAt: (bar, beat) => steer.chordAt(bar + first, beat) };
}

/** The same music, so many beats later. */
function later(piece: Piece, beats: number): Piece {
  return {
    ...piece,
    notes: piece.notes.map((note) => ({ ...note, step: note.step + beats * 4 })),
    tempos: piece.tempos.map((change) => ({ ...change, beat: change.beat + beats })),
    chords: piece.chords.map((change) => ({ ...change, beat: change.beat + beats })),
  };
}

/** Counts words and tells them now and then; a take's length in words is a guess until the first is done. */
function countWords(reply: Reply, takes: number, candidates: number) {
  const started = performance.now();
  let words = 0;
  let ofTake = 0;
  let takeIndex = 0;
  let takeLength = 900 * candidates;
  let told = 0;
  return {
    take(index: number): void {
      if (index > 0) takeLength = Math.max(1, words / index);
      takeIndex = index;
      ofTake = 0;
    },
    word(): void {
      words++;
      ofTake++;
      const now = performance.now();
      if (now - told < PROGRESS_EVERY_MS) return;
      told = now;
      const part = (takeIndex + Math.min(0.98, ofTake / takeLength)) / takes;
      reply.progress({ words, wordsPerSecond: (words / (now - started)) * 1000, part });
    },
  };
}
