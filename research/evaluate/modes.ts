import { heardNotes } from '../../src/model/choosing/heard.ts';
import { mean } from '../../src/model/emotion/statistics.ts';
import { findKey } from '../../src/model/music/key.ts';
import { generateTakes } from './generation.ts';
import type { Section } from './section.ts';

/** Share of takes that sound in major at the ends of the valence slider, arousal at rest. */
export interface ModeFigures {
  readonly takes: number;
  readonly lowest: number;
  readonly highest: number;
}

/** Clear of the seeds of quadrants and sliders. */
const SEED_OFFSET = 8000;

export const modes: Section<ModeFigures> = {
  name: 'modes',
  async run(subject, { sizes, settings, seed, judges, signal, show }) {
    const share = async (valence: number, before: number): Promise<number> => {
      const takes = await generateTakes(subject, { valence, arousal: 0 }, sizes.bars, sizes.clips, {
        ...settings.generate,
        ...subject.sampling,
        seed: seed + SEED_OFFSET,
        judge: judges[0],
        signal,
        onDone: (done) => show('modes', before + done, 2 * sizes.clips),
      });
      return mean(takes.map(({ piece }) => (findKey(heardNotes(piece)).mode === 'major' ? 1 : 0)));
    };
    return { takes: sizes.clips, lowest: await share(-1, 0), highest: await share(1, sizes.clips) };
  },
};
