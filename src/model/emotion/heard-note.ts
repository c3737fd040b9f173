/** What the recogniser needs of a note: seconds, pitch, velocity. A TimedNote of the importer is one. */
export interface HeardNote {
  /** MIDI pitch 0..127. */
  readonly pitch: number;
  /** MIDI velocity 1..127. */
  readonly velocity: number;
  readonly startSeconds: number;
  /** Key release. */
  readonly endSeconds: number;
  /** End of the sound, pedal included; at least endSeconds. */
  readonly soundSeconds: number;
}

/** Onsets closer than this are heard as one attack. */
const CLUSTER_SECONDS = 0.035;

/** Notes struck together. */
interface Cluster {
  readonly seconds: number;
  /** Lowest pitch first. */
  readonly notes: readonly HeardNote[];
}

/** A stretch of music as the features see it: notes sorted by onset, and its borders in seconds. */
export interface Excerpt {
  readonly notes: readonly HeardNote[];
  readonly clusters: readonly Cluster[];
  readonly from: number;
  readonly to: number;
}

/** Index of the first note that starts at or after `seconds`; `notes` sorted by onset. */
export function firstFrom(notes: readonly HeardNote[], seconds: number): number {
  let low = 0;
  let high = notes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (notes[middle].startSeconds < seconds) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The notes that start in [from, to), with the borders drawn in to the music where it begins later or ends earlier,
 * so that silence around a clip does not count as sparse playing.
 */
export function excerptOf(
  notes: readonly HeardNote[],
  from = Number.NEGATIVE_INFINITY,
  to = Number.POSITIVE_INFINITY,
): Excerpt {
  const inside = notes.slice(firstFrom(notes, from), firstFrom(notes, to));
  if (inside.length === 0) return { notes: [], clusters: [], from: 0, to: 1 };
  let end = 0;
  for (const note of inside) end = Math.max(end, note.endSeconds);
  const start = Math.max(from, inside[0].startSeconds);
  return {
    notes: inside,
    clusters: clustersOf(inside),
    from: start,
    to: Math.max(start + 0.5, Math.min(to, end)),
  };
}

function clustersOf(notes: readonly HeardNote[]): Cluster[] {
  const clusters: Cluster[] = [];
  let group: HeardNote[] = [];
  for (const note of notes) {
    if (group.length > 0 && note.startSeconds - group[0].startSeconds > CLUSTER_SECONDS) {
      clusters.push({ seconds: group[0].startSeconds, notes: group.sort((a, b) => a.pitch - b.pitch) });
      group = [];
    }
    group.push(note);
  }
  if (group.length > 0) {
    clusters.push({ seconds: group[0].startSeconds, notes: group.sort((a, b) => a.pitch - b.pitch) });
  }
  return clusters;
}
