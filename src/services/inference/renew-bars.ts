import { steeringOfAsk } from '../../contract/ask.ts';
import type { GenerateRequest } from '../../contract/contract.ts';
import { writtenOf } from '../../contract/elements.ts';
import { USUAL_BEST_OF } from '../../model/choosing/best-of.ts';
import { type ChosenRenewal, chooseRenewal } from '../../model/choosing/choose-renewal.ts';
import type { Hearing } from '../../model/choosing/judgement.ts';
import type { RenewJob, WriteOptions } from '../../model/composing/music-model.ts';
import { emotionAt } from '../../model/muser/conditions.ts';
import type { Emotion } from '../../model/muser/emotion-embedding.ts';
import type { Steering } from '../../model/muser/steering.ts';
import type { Piece } from '../../model/music/piece.ts';
import type { LoadedModel } from '../model-files/load-model.ts';
import type { Hear } from './analyse.ts';
import { keepOriginal } from './keep-original.ts';

/** Bars of context that are read before (and after) renewed bars of a long piece. */
const CONTEXT_BEFORE = 16;
const CONTEXT_AFTER = 2;

/** Bars of a clip written anew, the best of several candidates; the rest of it stays exactly as it was. */
export async function renewBars(
  { model, reference }: Pick<LoadedModel, 'model' | 'reference'>,
  request: GenerateRequest,
  seed: number,
  hear: Hear,
  options: WriteOptions,
): Promise<ChosenRenewal> {
  const { piece, renew: elements, fromBar, toBar } = request.base!;
  const count = piece.barBeats.length;
  const first = Math.max(0, fromBar - CONTEXT_BEFORE);
  const last = Math.min(count, toBar + CONTEXT_AFTER);
  const renewal = { renew: new Set(writtenOf(elements)), fromBar, toBar: Math.min(count, toBar) };
  const offset = piece.barBeats.slice(0, first).reduce((sum, beats) => sum + beats, 0);
  const { tempo, bestOf = USUAL_BEST_OF } = request.ask;
  const assemble = (part: Piece): Piece => {
    const renewed = later(part, offset);
    return keepOriginal(piece, tempo ? { ...renewed, tempos: [{ beat: 0, bpm: tempo }] } : renewed, renewal);
  };
  const job: RenewJob = {
    piece,
    first,
    last,
    ...renewal,
    emotion: feltAndAsked(request, hear(piece), first, last),
    steering: steeringOf(request),
    ...(request.ask.ending === 'none' ? { ends: false } : {}),
  };
  return chooseRenewal(model, job, seed, { ...options, bestOf, listen: hear, reference, assemble });
}

/** What each bar of the part feels like: bars that stay as they are heard, new ones as they are asked for. */
function feltAndAsked(
  { bars, base }: GenerateRequest,
  heard: Hearing | null,
  first: number,
  last: number,
): Emotion[] {
  const { fromBar, toBar } = base!;
  return Array.from({ length: last - first }, (_, i) => {
    const bar = first + i;
    const stays = bar < fromBar || bar >= toBar;
    return (stays && heard?.bars[bar]) || emotionAt(bars, bar);
  });
}

/** Chords that stay need not be asked for. */
function steeringOf({ ask, base }: GenerateRequest): Steering | undefined {
  return steeringOfAsk({ ...ask, chords: base!.renew.includes('chord') ? ask.chords : 'free' });
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
