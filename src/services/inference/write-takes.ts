import { steeringOfAsk } from '../../contract/ask.ts';
import type { GenerateRequest, Take } from '../../contract/contract.ts';
import { writtenOf } from '../../contract/elements.ts';
import { USUAL_BEST_OF } from '../../model/choosing/best-of.ts';
import { type ChosenTake, chooseTake } from '../../model/choosing/choose.ts';
import type { WriteOptions } from '../../model/composing/music-model.ts';
import type { PerformerNetwork } from '../../model/performing/network.ts';
import type { LoadedModel } from '../model-files/load-model.ts';
import { type Hear, plain } from './analyse.ts';
import { playTake } from './performer.ts';
import { renewBars } from './renew-bars.ts';
import type { Reply } from './serve.ts';

const PROGRESS_EVERY_MS = 120;

/** Writes the takes of a request one after the other, so that each is told as soon as it is ready. */
export async function writeTakes(
  loaded: Pick<LoadedModel, 'model' | 'reference'>,
  request: GenerateRequest,
  hear: Hear,
  reply: Reply,
  performer: PerformerNetwork | null = null,
): Promise<void> {
  const { model } = loaded;
  const { takes, intensity, bestOf = USUAL_BEST_OF } = request.ask;
  const guidance = model.guidanceOf(intensity);
  const counter = countWords(reply, takes, bestOf);
  const options: WriteOptions = {
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
    const written = await write(loaded, request, seed, hear, options);
    const piece = plain(playTake(performer, written.piece, request, seed, model.isPlayed));
    const choice = written.choice ?? undefined;
    reply.take({ index, seed, piece, heard: hear(piece), model: model.config.name, choice } satisfies Take);
  }
}

/** What the words of a take become: new music, renewed bars, or the music as it is where only the playing is new. */
async function write(
  loaded: Pick<LoadedModel, 'model' | 'reference'>,
  request: GenerateRequest,
  seed: number,
  hear: Hear,
  options: WriteOptions,
): Promise<Pick<ChosenTake, 'piece' | 'choice'>> {
  const { ask, bars, base } = request;
  if (base && writtenOf(base.renew).length === 0) return { piece: base.piece, choice: null };
  if (base) return renewBars(loaded, request, seed, hear, options);
  const { model, reference } = loaded;
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
  return chooseTake(model, conditions, seed, { ...options, bestOf, listen: hear, reference });
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
