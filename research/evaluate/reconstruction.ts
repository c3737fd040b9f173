import type { Words } from '../../src/model/tokens/vocabulary.ts';
import { type Reconstruction, reconstructionOf } from '../evaluation/reconstruction.ts';
import { type Clip, excerpt } from './data.ts';
import { jobOf, runJobs } from './free-running.ts';
import { ofSplit, type Section, spread } from './section.ts';

export type ReconstructionFigures = Readonly<Record<'emopia' | 'pop1k7', Reconstruction | null>>;

/** Held-out clips encoded, quantized and decoded freely. */
export const reconstruction: Section<ReconstructionFigures> = {
  name: 'reconstruction',
  async run({ muser }, context) {
    const { sizes, seed, signal, settings } = context;
    const measure = async (source: string, clips: readonly Clip[]) => {
      const frames = spread(ofSplit(clips, 'val'), sizes.reconstructed).map((clip) =>
        excerpt(clip, sizes.bars),
      );
      if (frames.length === 0) return null;
      const made = await runJobs(
        muser,
        frames.map((frame, i) => jobOf(frame, seed + i)),
        { ...settings.transfer, signal },
        (done) => context.show(`reconstruction of ${source}`, done, frames.length),
      );
      return reconstructionOf(made.map((words, i): [Words, Words] => [frames[i].words, words]));
    };
    return {
      emopia: await measure('EMOPIA', context.emopia),
      pop1k7: await measure('Pop1k7', context.pop1k7),
    };
  },
};
