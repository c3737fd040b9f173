import type { AnyElement } from '../../contract/elements.ts';

export interface LaneSpec {
  element: AnyElement;
  name: string;
  /** What the lane shows, for the tooltip and for screen readers. */
  about: string;
  /** What taking it from another clip does, where that is more than the name says. */
  taken?: string;
  /** Least height in pixels and share of what is left. */
  least: number;
  grow: number;
}

/** The eight lanes from top to bottom. */
export const LANES: readonly LaneSpec[] = [
  { element: 'tempo', name: 'Tempo', about: 'beats a minute, and its changes', least: 38, grow: 0.35 },
  {
    element: 'chord',
    name: 'Chord',
    about: 'the harmony, beat by beat',
    taken: 'taken from another clip, the notes are re-harmonised to it',
    least: 38,
    grow: 0.15,
  },
  { element: 'barBeat', name: 'Bar-beat', about: 'where in the bar notes begin', least: 38, grow: 0.3 },
  { element: 'type', name: 'Texture', about: 'how many notes begin in each beat', least: 38, grow: 0.3 },
  {
    element: 'pitch',
    name: 'Pitch',
    about: 'the notes',
    taken: 'taken from another clip, they move onto the chords that are here',
    least: 120,
    grow: 6,
  },
  { element: 'duration', name: 'Duration', about: 'how long notes are held', least: 38, grow: 0.45 },
  { element: 'velocity', name: 'Velocity', about: 'how hard notes are struck', least: 46, grow: 0.9 },
  { element: 'pedal', name: 'Pedal', about: 'when the sustain pedal is down', least: 38, grow: 0.1 },
];

export const laneName = (element: AnyElement): string =>
  LANES.find((lane) => lane.element === element)?.name ?? element;
