import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHORD_QUALITIES } from '../../src/model/music/piece.ts';
import {
  BAR,
  bpmOfValue,
  CONTINUE,
  DURATION_STEPS,
  ELEMENTS,
  type Element,
  FIRST_CHORD,
  FIRST_POSITION,
  PITCH_BASE,
  QUALITY_COUNT,
  velocityOfValue,
} from '../../src/model/tokens/vocabulary.ts';
import { PERCENTILES, type Tally } from './tally.ts';

/** Writes report.json (all figures) and report.md (for people). */
export function writeReport(folder: string, tallies: readonly Tally[]): void {
  const texts = {
    'report.json': `${JSON.stringify({ format: 1, percentiles: PERCENTILES, sources: tallies }, null, 1)}\n`,
    'report.md': `# Dataset\n\n${tallies.map(section).join('\n')}`,
  };
  for (const [name, text] of Object.entries(texts)) {
    const path = join(folder, name);
    writeFileSync(`${path}.tmp`, text);
    renameSync(`${path}.tmp`, path);
  }
}

function section(tally: Tally): string {
  const { segments } = tally;
  const lines = [
    `## ${tally.source}`,
    '',
    `- ${tally.used} of ${tally.files} files used (${pairs(tally.bySplit)}${quadrants(tally)}), ${tally.dropped.length} dropped`,
    `- ${tally.words} words, ${tally.bars} bars, ${tally.hours.toFixed(1)} hours; beats a bar: ${pairs(tally.barBeats)}`,
    `- ${percent(tally.noteShare)} note words; ${percent(tally.majorShare)} of files in major; ${tally.performances} performances`,
    `- ${percent(tally.returnShare)} of bars return to an earlier bar (Jaccard similarity of onsets at least 0.5, up to 16 bars back)`,
    `- ${segments.count} segments of 8 bars, ${segments.broken} of them broken by words -> piece -> words`,
    '',
    `| percentile | ${PERCENTILES.join('% | ')}% | mean |`,
    `|---|${PERCENTILES.map(() => '---|').join('')}---|`,
    `| words per 8 bars | ${segments.words.join(' | ')} | ${segments.mean.toFixed(0)} |`,
    `| bpm of a file | ${tally.bpm.map((bpm) => bpm.toFixed(0)).join(' | ')} | |`,
    ...(tally.beatCertainty
      ? [`| beat certainty | ${tally.beatCertainty.map((c) => c.toFixed(2)).join(' | ')} | |`]
      : []),
    '',
    ...ELEMENTS.flatMap((element) => [`**${element}** ${histogram(element, tally.histograms[element])}`, '']),
  ];
  if (tally.dropped.length > 0) {
    lines.push('### Dropped', '', ...tally.dropped.map(({ id, reason }) => `- ${id}: ${reason}`), '');
  }
  return lines.join('\n');
}

/** Shares below this are summed up. */
const RARE = 0.001;

/** The share of each value among the words that say the element anew. */
function histogram(element: Element, counts: readonly number[]): string {
  const said = counts.map((n, value) => (value === CONTINUE && CHANGING.includes(element) ? 0 : n));
  const total = said.reduce((sum, n) => sum + n, 0);
  const common = said.flatMap((n, value) =>
    n / total >= RARE ? [`${LABELS[element](value)} ${percent(n / total)}`] : [],
  );
  const rare = said.filter((n) => n > 0 && n / total < RARE);
  if (rare.length > 0)
    common.push(`${rare.length} more ${percent(rare.reduce((sum, n) => sum + n, 0) / total)}`);
  return `(${total}): ${common.join(', ')}`;
}

/** Elements of which a word may say that they go on. */
const CHANGING: readonly Element[] = ['tempo', 'chord'];

const DEGREES = ['I', 'bII', 'II', 'bIII', 'III', 'IV', '#IV', 'V', 'bVI', 'VI', 'bVII', 'VII'];
const NOTE_NAMES = ['C', 'C#', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'Ab', 'A', 'Bb', 'B'];
const LABELS: Record<Element, (value: number) => string> = {
  tempo: (value) => `${bpmOfValue(value).toFixed(0)} bpm`,
  chord: (value) => {
    if (value < FIRST_CHORD) return 'none';
    const index = value - FIRST_CHORD;
    return `${DEGREES[Math.floor(index / QUALITY_COUNT)]} ${CHORD_QUALITIES[index % QUALITY_COUNT]}`;
  },
  barBeat: (value) => (value === BAR ? 'bar' : `position ${value - FIRST_POSITION}`),
  type: (value) => ['end', 'emotion', 'metrical', 'note'][value],
  pitch: (value) => {
    const pitch = value + PITCH_BASE;
    return `${NOTE_NAMES[pitch % 12]}${Math.floor(pitch / 12) - 1}`;
  },
  duration: (value) => `${DURATION_STEPS[value]}/16`,
  velocity: (value) => String(velocityOfValue(value)),
};

const percent = (part: number): string => `${(100 * part).toFixed(1)}%`;
const pairs = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, n]) => `${name} ${n}`)
    .join(', ');
const quadrants = (tally: Tally): string =>
  Object.keys(tally.byQuadrant).length ? `; ${pairs(tally.byQuadrant)}` : '';
