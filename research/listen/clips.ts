import { type ChosenTake, chooseTake } from '../../src/model/choosing/choose.ts';
import { heardNotes } from '../../src/model/choosing/heard.ts';
import type { Listen } from '../../src/model/choosing/judgement.ts';
import type { Emotion } from '../../src/model/muser/emotion-embedding.ts';
import { keyName } from '../../src/model/music/names.ts';
import type { Piece } from '../../src/model/music/piece.ts';
import type { LoadedModel } from '../../src/services/model-files/load-model.ts';
import type { PageClip, PageNote } from '../page/data.ts';

/** Bars of every clip of the page. */
export const PAGE_BARS = 8;

/** A piece as the page plays it, from its first note on. */
export function pageClip(id: string, title: string, piece: Piece): PageClip {
  const notes = heardNotes(piece);
  const first = notes[0]?.startSeconds ?? 0;
  const milliseconds = (seconds: number): number => Math.round(1000 * seconds);
  return {
    id,
    title,
    notes: notes.map(
      ({ startSeconds, endSeconds, pitch, velocity }): PageNote => [
        milliseconds(startSeconds - first),
        milliseconds(endSeconds - startSeconds),
        pitch,
        velocity,
      ],
    ),
  };
}

/** "C minor, 96 bpm" */
export const titleOf = (piece: Piece): string =>
  `${keyName(piece.key)}, ${Math.round(piece.tempos[0]?.bpm ?? 120)} bpm`;

/** Writes takes as the app would; the same for the same seed. */
export class PageWriter {
  private readonly composer: LoadedModel;
  private readonly listen: Listen;
  private readonly bestOf: number;

  constructor(composer: LoadedModel, listen: Listen, bestOf: number) {
    this.composer = composer;
    this.listen = listen;
    this.bestOf = bestOf;
  }

  write(emotion: Emotion | readonly Emotion[], seed: number, bars = PAGE_BARS): Promise<ChosenTake> {
    const { model, reference } = this.composer;
    const { bestOf, listen } = this;
    return chooseTake(model, { emotion, bars }, seed, { bestOf, listen, reference });
  }
}
