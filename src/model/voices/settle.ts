import type { Line } from './network.ts';
import { type PlayedNotes, TOGETHER } from './played-notes.ts';
import type { Voice } from './voice.ts';

/** The melody is silent where none of its notes sounds within so many seconds. */
const SILENCE = 0.1;

/**
 * Lines as voices: the top of the second line is melody where the melody is silent (an introduction, an answer between
 * phrases), its other notes are inner.
 */
export function settle(notes: PlayedNotes, lines: readonly Line[]): Voice[] {
  const { start, end, pitch } = notes;
  const voices = lines.map((line): Voice => (line === 'second' ? 'inner' : line));
  const of = (line: Line): number[] =>
    lines.flatMap((own, i) => (own === line ? [i] : [])).sort((a, b) => start[a] - start[b]);
  const sung = of('melody');
  const second = of('second');
  let heard = 0;
  let soundsTo = Number.NEGATIVE_INFINITY;
  let low = 0;
  for (const i of second) {
    for (; heard < sung.length && start[sung[heard]] <= start[i] + SILENCE; heard++)
      soundsTo = Math.max(soundsTo, end[sung[heard]]);
    if (soundsTo > start[i] - SILENCE) continue;
    while (start[second[low]] < start[i] - TOGETHER) low++;
    let isTop = true;
    for (let j = low; j < second.length && start[second[j]] < start[i] + TOGETHER; j++)
      if (pitch[second[j]] > pitch[i]) isTop = false;
    if (isTop) voices[i] = 'melody';
  }
  return voices;
}
