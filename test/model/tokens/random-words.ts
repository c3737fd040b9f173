import { type GrammarConstraints, GrammarState } from '../../../src/model/tokens/grammar.ts';
import {
  BAR_BEAT,
  CHORD,
  DURATION,
  PITCH,
  TEMPO,
  TYPE,
  TYPE_EOS,
  VELOCITY,
  WORD_WIDTH,
  type Words,
} from '../../../src/model/tokens/vocabulary.ts';

/** A small seeded generator (mulberry32): numbers in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const CHOICE_ORDER = [TYPE, BAR_BEAT, CHORD, TEMPO, PITCH, DURATION, VELOCITY];

/** A random walk through the grammar's masks until EOS; without maxBars it stops at the first chance after `words` words. */
export function randomWords(random: () => number, constraints: GrammarConstraints = {}, words = 60): Words {
  const state = new GrammarState(constraints);
  const bytes: number[] = [];
  for (;;) {
    const word = new Array<number>(WORD_WIDTH).fill(0);
    for (const column of CHOICE_ORDER) word[column] = pick(state.allowed(column, word), random);
    const enough = bytes.length >= words * WORD_WIDTH || constraints.maxBars !== undefined;
    if (enough && state.mayEnd) word.fill(0);
    else if (word[TYPE] === TYPE_EOS) continue;
    state.push(word);
    if (state.ended) return Uint8Array.from(bytes);
    bytes.push(...word);
  }
}

function pick(mask: Uint8Array, random: () => number): number {
  let left = mask.reduce((sum, allowed) => sum + allowed, 0);
  if (left === 0) throw new Error('the grammar allows nothing');
  left = Math.floor(random() * left);
  for (let value = 0; ; value++) if (mask[value] === 1 && left-- === 0) return value;
}

/** The same piece bar over bar with some bars returning, so that form and reference features have something to say. */
export function wordsWithReturns(random: () => number, bars: number): Words {
  const beats = () => 1 + Math.floor(random() * 4);
  const parts = Array.from({ length: 4 }, () => randomWords(random, { maxBars: 1, beatsPerBar: beats() }));
  const chosen: Words[] = [];
  for (let bar = 0; bar < bars; bar++) {
    const part = parts[Math.floor(random() * parts.length)];
    chosen.push(bar === 0 ? part : continuing(part));
  }
  return Uint8Array.from(chosen.flatMap((part) => [...part]));
}

/** A bar that keeps whatever tempo and chord are in force. */
function continuing(words: Words): Words {
  const copy = words.slice();
  for (let i = 0; i < copy.length; i += WORD_WIDTH) {
    if (copy[i + TEMPO] > 1) copy[i + TEMPO] = 1;
    if (copy[i + CHORD] > 1) copy[i + CHORD] = 1;
  }
  return copy;
}
