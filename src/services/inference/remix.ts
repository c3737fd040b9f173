import type { TransferRequest } from '../../contract/contract.ts';
import type { MusicModel, WriteOptions } from '../../model/composing/music-model.ts';
import type { Piece } from '../../model/music/piece.ts';
import { takePedal } from '../../model/performing/pedal-transfer.ts';
import { ELEMENTS, type Element } from '../../model/tokens/vocabulary.ts';
import { plain } from './analyse.ts';
import { keepOriginal } from './keep-original.ts';

/** Elements of other pieces put onto a piece; what is not taken from elsewhere stays exactly as it was. */
export async function remix(
  model: Pick<MusicModel, 'transfer'>,
  request: TransferRequest,
  options: WriteOptions,
): Promise<Piece> {
  const { piece } = request;
  const sources: Partial<Record<Element, { piece: Piece; amount: number }>> = {};
  for (const element of ELEMENTS) {
    const source = request.sources[element];
    if (source && source.amount > 0) sources[element] = { piece: source.piece, amount: source.amount / 100 };
  }
  const renew = new Set(Object.keys(sources) as Element[]);
  const { pedal } = request.sources;
  const withPedal = (mixed: Piece): Piece =>
    pedal && pedal.amount > 0 ? takePedal(mixed, pedal.piece, pedal.amount / 100) : mixed;
  if (renew.size === 0) return withPedal(piece);
  const written = await model.transfer({ piece, sources, emotion: null, seed: 1, keep: true }, options);
  // Notes follow chords.
  if (renew.has('chord')) renew.add('pitch');
  const mixed = keepOriginal(piece, written, {
    renew,
    fromBar: 0,
    toBar: piece.barBeats.length,
  });
  return plain(withPedal({ ...mixed, key: written.key }));
}
