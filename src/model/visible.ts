/** Control characters, and marks that turn the direction of what stands beside them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** A stranger's text, for people: as it looks, and nothing in it that changes how the rest looks. */
export const visible = (text: string): string => text.replace(HIDDEN, '');
