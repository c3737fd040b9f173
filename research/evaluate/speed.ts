import { generate } from '../../src/model/muser/generate.ts';
import { secondsOf } from '../../src/model/music/measures.ts';
import { WORD_WIDTH } from '../../src/model/tokens/vocabulary.ts';
import { emotionOfQuadrant, QUADRANTS } from './quadrants.ts';
import type { Section } from './section.ts';

export interface SpeedFigures {
  readonly engine: string;
  /** Of all weights, as stored. */
  readonly megabytes: number;
  /** Seconds of music for a second of one core's time, one take at a time. */
  readonly realTime: number;
  /** The same for a batch of takes. */
  readonly realTimeOfBatch: number;
  readonly wordsPerSecond: number;
}

const TAKES = 8;

/** Time is that of the processor, not of the clock, so that other work on the machine does not count. */
export const speed: Section<SpeedFigures> = {
  name: 'speed',
  async run({ muser }, { sizes, seed, show }) {
    const race = async (takes: number) => {
      let [music, words, micros] = [0, 0, 0];
      for (const quadrant of QUADRANTS) {
        const start = process.cpuUsage();
        const made = await generate(
          muser,
          { emotion: emotionOfQuadrant(quadrant), bars: sizes.bars },
          { takes, seed: seed + quadrant },
        );
        const { user, system } = process.cpuUsage(start);
        micros += user + system;
        for (const { piece, words: written } of made) {
          music += secondsOf(piece);
          words += written.length / WORD_WIDTH;
        }
        show('speed', quadrant, QUADRANTS.length);
      }
      return { realTime: music / (micros / 1e6), wordsPerSecond: words / (micros / 1e6) };
    };
    await race(1);
    const alone = await race(1);
    const batch = await race(TAKES);
    return {
      engine: muser.engine.name,
      megabytes: muser.weights.byteLength / 2 ** 20,
      realTime: alone.realTime,
      realTimeOfBatch: batch.realTime,
      wordsPerSecond: alone.wordsPerSecond,
    };
  },
};
