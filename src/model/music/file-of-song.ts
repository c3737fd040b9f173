import type { BeatLine } from './beat-line.ts';
import { type FileTime, marksOf } from './file-time.ts';
import type { Key, MetreChange, PedalSpan } from './piece.ts';
import type { MidiSong } from './song.ts';

/** Of a file's texts at most so many are kept. */
const MOST_TEXTS = 4000;

/**
 * What a piece keeps of the file that it is read from. `corrected`: its bars are other than the file says, and so are the metres
 * that will be written.
 */
export function fileTimeOf(
  song: MidiSong,
  line: BeatLine,
  pedalSpans: readonly PedalSpan[],
  key: Key,
  corrected: boolean,
): FileTime {
  return {
    ticksPerBeat: song.ticksPerBeat,
    marks: marksOf(line.marks),
    tempos: song.saysTempo
      ? song.tempos.map(({ tick, bpm }) => ({ tick, microseconds: Math.round(60e6 / bpm) }))
      : [],
    signatures: corrected
      ? metresOfBars(line).map(({ beat, ...metre }) => ({ tick: Math.round(line.marks[beat]), ...metre }))
      : song.timeSignatures.map(({ tick, numerator, denominator }) => ({ tick, numerator, denominator })),
    keys: song.keySignatures.map(({ tick, sharps, mode }) => ({ tick, sharps, mode })),
    texts: song.markers.slice(0, MOST_TEXTS).map(({ tick, kind, text }) => ({ tick, kind, text })),
    parts: song.parts.map(({ name, channel, program }) => ({ name, channel, program })),
    zones: song.zones,
    pedals: song.pedals,
    pedalSpans,
    key: { tonic: key.tonic, mode: key.mode },
    title: song.title,
    endTick: song.endTick,
  };
}

/** The metres that bars of whole beats tell. */
export function metresOfBars({ bars, beatValue }: Pick<BeatLine, 'bars' | 'beatValue'>): MetreChange[] {
  const metres: MetreChange[] = [];
  let beat = 0;
  for (const [i, numerator] of bars.entries()) {
    if (i === 0 || numerator !== bars[i - 1]) metres.push({ beat, numerator, denominator: beatValue ?? 4 });
    beat += numerator;
  }
  return metres;
}
