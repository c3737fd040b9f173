import type { Analysis } from './analysis.ts';

/** What is told of one file among many: what is in it, or why that cannot be told. */
export type FileLine = Analysis | { readonly file: string; readonly error: string };

/** One way of writing a line a file. */
export interface AnalysisLines {
  /** The first line; null where there is none. */
  readonly head: string | null;
  line(about: FileLine): string;
  /** Which file a line is about; null for a line of another kind. */
  fileOf(line: string): string | null;
}

export const linesOf = (csv: boolean): AnalysisLines => (csv ? CSV : JSON_LINES);

const JSON_LINES: AnalysisLines = {
  head: null,
  line: (about) => JSON.stringify(about),
  fileOf: (line) => {
    try {
      const { file } = JSON.parse(line) as { file?: unknown };
      return typeof file === 'string' ? file : null;
    } catch {
      return null;
    }
  },
};

type Value = string | number | boolean | undefined;

/** One number or word each; times of beats and chords are in the JSON lines alone. */
const COLUMNS: Readonly<Record<string, (analysis: Analysis) => Value>> = {
  performance: ({ isPerformance }) => isPerformance,
  gridConfidence: ({ gridConfidence }) => gridConfidence,
  bpm: ({ bpm }) => bpm,
  key: ({ key }) => key,
  keyConfidence: ({ keyConfidence }) => keyConfidence,
  bars: ({ bars }) => bars,
  beats: ({ beats }) => beats.length,
  beatCertainty: ({ beatCertainty }) => beatCertainty,
  quadrant: ({ emotion }) => emotion?.quadrant,
  valence: ({ emotion }) => emotion?.valence,
  arousal: ({ emotion }) => emotion?.arousal,
  melodyNotes: ({ voices }) => voices?.melody,
  bassNotes: ({ voices }) => voices?.bass,
  innerNotes: ({ voices }) => voices?.inner,
  pitchRange: ({ measures }) => measures.pitchRange,
  pitchClasses: ({ measures }) => measures.pitchClasses,
  polyphony: ({ measures }) => measures.polyphony,
  notesPerSecond: ({ measures }) => measures.notesPerSecond,
  meanVelocity: ({ measures }) => measures.meanVelocity,
  passedOver: ({ passedOver }) => passedOver.join('; '),
};

const CSV: AnalysisLines = {
  head: ['file', 'error', ...Object.keys(COLUMNS)].join(','),
  line: (about) => {
    const values: Value[] =
      'error' in about
        ? [about.file, about.error, ...Object.keys(COLUMNS).map(() => undefined)]
        : [about.file, undefined, ...Object.values(COLUMNS).map((of) => of(about))];
    return values.map(field).join(',');
  },
  fileOf: (line) => {
    const [, quoted, plain] = /^(?:"((?:[^"]|"")*)"|([^",]*)),/.exec(line) ?? [];
    return quoted?.replaceAll('""', '"') ?? plain ?? null;
  },
};

/** As RFC 4180 has it. */
function field(value: Value): string {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
