import type { TransferRequest } from '../../contract/contract.ts';
import { modeAfter } from '../../model/muser/harmony-transfer.ts';
import type { Muser } from '../../model/muser/muser.ts';
import type { SessionOptions } from '../../model/muser/session.ts';
import { transfer } from '../../model/muser/transfer.ts';
import type { ElementSource } from '../../model/muser/transfer-job.ts';
import type { Piece } from '../../model/music/piece.ts';
import { takePedal } from '../../model/performing/pedal-transfer.ts';
import { wordsToPiece } from '../../model/tokens/decode.ts';
import { pieceToWords } from '../../model/tokens/encode.ts';
import { ELEMENTS, type Element } from '../../model/tokens/vocabulary.ts';
import { plain } from './analyse.ts';
import { keepOriginal } from './keep-original.ts';

/** Elements of other pieces put onto a piece; what is not taken from elsewhere stays exactly as it was. */
export async function remix(muser: Muser, request: TransferRequest, options: SessionOptions): Promise<Piece> {
  const { piece } = request;
  const sources: Partial<Record<Element, ElementSource>> = {};
  for (const element of ELEMENTS) {
    const source = request.sources[element];
    if (source && source.amount > 0) {
      sources[element] = {
        words: pieceToWords(source.piece),
        amount: source.amount / 100,
        mode: source.piece.key.mode,
      };
    }
  }
  const renew = new Set(Object.keys(sources) as Element[]);
  const { pedal } = request.sources;
  const withPedal = (mixed: Piece): Piece =>
    pedal && pedal.amount > 0 ? takePedal(mixed, pedal.piece, pedal.amount / 100) : mixed;
  if (renew.size === 0) return withPedal(piece);
  const mode = modeAfter({ mode: piece.key.mode, sources }) ?? piece.key.mode;
  const key = { tonic: piece.key.tonic, mode };
  const [words] = await transfer(
    muser,
    [{ words: pieceToWords(piece), sources, mode: piece.key.mode, emotion: null, seed: 1, keep: true }],
    options,
  );
  // Notes follow chords.
  if (renew.has('chord')) renew.add('pitch');
  const mixed = keepOriginal(piece, wordsToPiece(words, key), {
    renew,
    fromBar: 0,
    toBar: piece.barBeats.length,
  });
  return plain(withPedal({ ...mixed, key }));
}
