import type { Choice } from '../model/choosing/candidates.ts';
import type { Piece } from '../model/music/piece.ts';
import { boolean, type Infer, integer, list, nullable, object, oneOf, optional } from '../model/validate.ts';
import type { Reading } from './document.ts';
import { askSchema, emotionSchema, idSchema, MAX_BARS, pieceSchema, seedSchema } from './document.ts';
import { ALL_ELEMENTS } from './elements.ts';

export const generateSchema = object({
  projectId: idSchema,
  ask: askSchema,
  /** One emotion a bar, already interpolated from the path. */
  bars: list(emotionSchema, MAX_BARS),
  seed: seedSchema,
  /**
   * Music to keep: the elements listed in `renew` are written anew within [fromBar, toBar); everything else of
   * `piece` stays as it is.
   */
  base: nullable(
    object({
      /** The clip that `piece` is of. */
      clipId: idSchema,
      piece: pieceSchema,
      renew: list(oneOf(ALL_ELEMENTS), 8),
      fromBar: integer(0, MAX_BARS),
      toBar: integer(1, MAX_BARS),
      /** The clip does not have these bars: room was made for them in `piece`. */
      added: optional(boolean),
      /** The section of the song that the bars are for: a take is these bars alone. */
      section: optional(idSchema),
    }),
  ),
});
export type GenerateRequest = Infer<typeof generateSchema>;

export interface Take {
  index: number;
  seed: number;
  piece: Piece;
  /** null where no recogniser is installed. */
  heard: Reading | null;
  model: string;
  /** What it was chosen from; absent where there was one candidate. */
  choice?: Choice;
}

/** A generation known to the host; a window that reloads asks for these and loses nothing. */
export interface Job {
  id: string;
  request: GenerateRequest;
  state: 'running' | 'done' | 'cancelled' | 'failed';
  message?: string;
  takes: Take[];
}
