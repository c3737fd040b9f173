/** What the listening page plays: plain data, written by `npm run research -- listen` and read by the page from a script. */

/** A note: start and length in milliseconds, MIDI pitch, velocity. */
export type PageNote = readonly [start: number, length: number, pitch: number, velocity: number];

export interface PageClip {
  readonly id: string;
  /** A few words about it. */
  readonly title: string;
  readonly notes: readonly PageNote[];
}

export const ELEMENT_WORDS = {
  chord: 'Chords',
  rhythm: 'Rhythm',
  pitch: 'Pitch',
  duration: 'Note lengths',
  velocity: 'Touch',
  tempo: 'Tempo',
} as const;
export type PageElement = keyof typeof ELEMENT_WORDS;

export interface PageTransfer {
  readonly element: PageElement;
  readonly before: PageClip;
  readonly donor: PageClip;
  readonly after: PageClip;
}

/** Who wrote a clip of the blind test. */
export type Source = 'real' | 'affetto' | 'muser-paper';

export interface TestClip {
  readonly quadrant: 1 | 2 | 3 | 4;
  readonly source: Source;
  readonly clip: PageClip;
}

export interface ListenData {
  readonly model: string;
  /** Four clips each of Q1 to Q4. */
  readonly quadrants: readonly (readonly PageClip[])[];
  readonly path: { readonly clip: PageClip; readonly words: string };
  readonly transfers: readonly PageTransfer[];
  /** In the order in which they are played. */
  readonly test: readonly TestClip[];
}

export const QUADRANT_WORDS = ['happy', 'tense', 'sad', 'calm'] as const;

/** What the blind test exports. */
export interface TestAnswers {
  readonly format: 'affetto-listening-test';
  readonly version: 1;
  readonly model: string;
  readonly answers: readonly {
    readonly clip: string;
    readonly source: Source;
    readonly asked: (typeof QUADRANT_WORDS)[number];
    readonly heard: (typeof QUADRANT_WORDS)[number];
    /** 1 (a machine, surely) to 5 (a person, surely). */
    readonly person: number;
    /** 1 (not at all) to 5 (very much). */
    readonly liked: number;
  }[];
}
