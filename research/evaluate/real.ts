import { excerpt, pieceOf } from './data.ts';
import { type HeardClip, hearClip } from './generation.ts';
import { type Context, ofSplit } from './section.ts';

/** Real EMOPIA clips, as their words say them: what generated clips are compared with. */
export interface RealFigures {
  /** Cut to the length of the generated clips. */
  readonly excerpts: readonly HeardClip[];
  /** As long as they are. */
  readonly whole: readonly HeardClip[];
  /** Held-out excerpts: the recogniser has not learnt from them. */
  readonly held: readonly HeardClip[];
}

export function hearReal({ emopia, judges, sizes }: Context): RealFigures {
  const labelled = emopia.filter((clip) => clip.quadrant !== null);
  const heard = (clips: typeof labelled, bars: number) =>
    clips.map((clip) => {
      const cut = excerpt(clip, bars);
      return hearClip(clip.quadrant!, cut.words, pieceOf(cut), judges);
    });
  const few = <T extends HeardClip>(clips: T[]) => clips.map((clip) => ({ ...clip, moves: [], notes: [] }));
  return {
    excerpts: few(heard(labelled, sizes.bars)),
    whole: few(heard(labelled, Number.POSITIVE_INFINITY)),
    held: heard(ofSplit(labelled, 'val'), sizes.bars),
  };
}
