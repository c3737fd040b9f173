/** Density 0..1 as people think of it: notes a beat, from one every other beat to ten. */
const LEAST = 0.5;
const RATIO = 20;

const notesPerBeat = (density: number): number => LEAST * RATIO ** density;

/** "1.4 notes a beat". */
export function densityText(density: number): string {
  const notes = notesPerBeat(density);
  return `${notes.toFixed(notes < 3 ? 1 : 0)} notes a beat`;
}
