import { smallest } from '../lists.ts';
import { type BeatLine, doubleBeats, halveBeats } from './beat-line.ts';

/** The one octave of tempo that performances are read in. */
const LOW_BPM = 75;
const HIGH_BPM = 150;

const FACTORS = [0.5, 1, 2] as const;
/** Cost of a bar one octave outside the range, of another factor than in the bar before, and of any factor but 1. */
const OUTSIDE = 4;
const CHANGE = 3;
const UNLIKE_FILE = 0.05;

/**
 * Reads bars that are too slow (or fast) for the tempo range at twice (or half) their beats. The factor is chosen bar by
 * bar, changing seldom (the cheapest path), because tracked files switch octave within a song.
 */
export function foldOctaves(line: BeatLine): BeatLine {
  const factors = chooseFactors(barTempos(line));
  const parts: BeatLine[] = [];
  let beat = 0;
  for (let bar = 0; bar < line.bars.length; ) {
    const factor = factors[bar];
    const bars: number[] = [];
    const start = beat;
    for (; factors[bar] === factor && bar < line.bars.length; bar++) {
      bars.push(line.bars[bar]);
      beat += line.bars[bar];
    }
    const run = {
      marks: line.marks.slice(start, beat + 1),
      seconds: line.seconds.slice(start, beat + 1),
      bars,
    };
    parts.push(factor === 2 ? doubleBeats(run) : factor === 0.5 ? halveBeats(run) : run);
  }
  return {
    marks: parts.flatMap((part, i) => (i === 0 ? part.marks : part.marks.slice(1))),
    seconds: parts.flatMap((part, i) => (i === 0 ? part.seconds : part.seconds.slice(1))),
    bars: parts.flatMap((part) => part.bars),
  };
}

function barTempos(line: BeatLine): number[] {
  let beat = 0;
  return line.bars.map((beats) => {
    const seconds = line.seconds[beat + beats] - line.seconds[beat];
    beat += beats;
    return (60 * beats) / seconds;
  });
}

/** Viterbi over the three factors. */
function chooseFactors(tempos: readonly number[]): number[] {
  let costs = [0, 0, 0];
  const back: number[][] = [];
  for (const bpm of tempos) {
    const from = FACTORS.map((_, to) => {
      const ways = costs.map((cost, i) => cost + (i === to ? 0 : CHANGE * Math.abs(i - to)));
      return ways.indexOf(smallest(ways));
    });
    back.push(from);
    costs = FACTORS.map((factor, to) => {
      const folded = bpm * factor;
      const outside = Math.max(0, Math.log2(folded / HIGH_BPM), Math.log2(LOW_BPM / folded));
      const cost = costs[from[to]] + CHANGE * Math.abs(from[to] - to) + OUTSIDE * outside;
      return cost + (factor === 1 ? 0 : UNLIKE_FILE);
    });
  }
  const path: number[] = [];
  for (let bar = tempos.length - 1, at = costs.indexOf(smallest(costs)); bar >= 0; bar--) {
    path.push(FACTORS[at]);
    at = back[bar][at];
  }
  return path.reverse();
}
