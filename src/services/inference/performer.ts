import { touchOfAsk } from '../../contract/ask.ts';
import type { GenerateRequest } from '../../contract/contract.ts';
import { writtenOf } from '../../contract/elements.ts';
import type { Piece } from '../../model/music/piece.ts';
import type { PerformerNetwork } from '../../model/performing/network.ts';
import { performPiece } from '../../model/performing/perform-piece.ts';

/**
 * A take as it is played. Bars written anew get a pedal where it is among what is renewed (and the music has one, or nothing
 * else was asked for), and timing where notes are new; notes that stayed keep their place.
 */
/** @param isTimed the model itself says how notes are played beside the grid */
export function playTake(
  network: PerformerNetwork | null,
  piece: Piece,
  { ask, bars, base }: GenerateRequest,
  seed: number,
  isTimed: boolean,
): Piece {
  const touch = touchOfAsk(ask, isTimed);
  if (!network) return piece;
  if (!base) return performPiece(network, piece, { ...touch, seed, emotion: bars, isTimed });
  const { piece: before, renew, fromBar, toBar } = base;
  const isWhole = fromBar === 0 && toBar >= before.barBeats.length;
  const isPlayed = before.notes.some(({ offset }) => offset !== undefined);
  const isAsked = writtenOf(renew).length === 0;
  const played = performPiece(network, piece, {
    pedal: renew.includes('pedal') && (isAsked || (touch.pedal && (isWhole || before.pedal !== undefined))),
    timing: isWhole || isPlayed ? touch.timing : 0,
    seed,
    emotion: bars,
    fromBar,
    toBar,
    isTimed,
  });
  return { ...played, notes: keepPlaces(before, played) };
}

/** Notes that the music before had as well stay where they were played. */
function keepPlaces(before: Piece, played: Piece): Piece['notes'] {
  const places = new Map(before.notes.map((note) => [`${note.step}:${note.pitch}`, note.offset]));
  return played.notes.map((note) => {
    const key = `${note.step}:${note.pitch}`;
    if (!places.has(key)) return note;
    const { offset: _, ...rest } = note;
    const place = places.get(key);
    return place === undefined ? rest : { ...rest, offset: place };
  });
}
