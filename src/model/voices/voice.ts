/** What a note is in the texture, in the order of the tagger's answers: the tune, the lowest sounding line, the rest. */
export const VOICES = ['melody', 'bass', 'inner'] as const;
export type Voice = (typeof VOICES)[number];
