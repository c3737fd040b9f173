import type { FeatureList } from './feature-list.ts';
import type { Excerpt, HeardNote } from './heard-note.ts';
import { deviation, mean, quantile, share, slope } from './statistics.ts';

/** How hard and where on the keyboard: velocities, register, the upper and the lower line. */
export function touchFeatures(excerpt: Excerpt, list: FeatureList): void {
  const { notes, clusters } = excerpt;
  const top = clusters.map((cluster) => cluster.notes[cluster.notes.length - 1]);
  const low = clusters.map((cluster) => cluster.notes[0]);
  velocities(excerpt, top, low, list);
  register(
    notes,
    clusters.map((_, i) => top[i].pitch - low[i].pitch),
    list,
  );
  line('top', top, list);
  line('low', low, list);
}

function velocities({ notes }: Excerpt, top: HeardNote[], low: HeardNote[], list: FeatureList): void {
  const all = notes.map((note) => note.velocity / 127);
  const sorted = [...all].sort((a, b) => a - b);
  list.put('velocityMean', mean(all));
  list.put('velocitySd', deviation(all));
  for (const at of [0.1, 0.5, 0.9]) list.put(`velocity${at * 100}`, quantile(sorted, at));
  list.put('velocityFlat', deviation(all) < 0.01 ? 1 : 0);
  const topMean = mean(top.map((note) => note.velocity / 127));
  const lowMean = mean(low.map((note) => note.velocity / 127));
  list.put('velocityTop', topMean);
  list.put('velocityVoicing', topMean - lowMean);
  list.put(
    'velocitySlope',
    10 *
      slope(
        notes.map((note) => note.startSeconds),
        all,
      ),
  );
  const steps: number[] = [];
  for (let i = 1; i < top.length; i++) steps.push(Math.abs(top[i].velocity - top[i - 1].velocity) / 127);
  list.put('velocityStep', mean(steps));
}

function register(notes: readonly HeardNote[], spans: number[], list: FeatureList): void {
  const pitches = notes.map((note) => note.pitch);
  const sorted = [...pitches].sort((a, b) => a - b);
  list.put('pitchMean', mean(pitches) / 12);
  list.put('pitchSd', deviation(pitches) / 12);
  for (const at of [0.05, 0.25, 0.5, 0.75, 0.95]) list.put(`pitch${at * 100}`, quantile(sorted, at) / 12);
  list.put('pitchRange', ((sorted.at(-1) ?? 0) - (sorted[0] ?? 0)) / 12);
  const edges = [0, 40, 48, 55, 60, 67, 74, 81, 128];
  for (let i = 0; i + 1 < edges.length; i++) {
    list.put(
      `register${i}`,
      share(pitches, (pitch) => pitch >= edges[i] && pitch < edges[i + 1]),
    );
  }
  list.put('handSpan', mean(spans) / 12);
}

/** Steps, leaps and direction of one line: the highest or the lowest note of each attack. */
function line(name: string, notes: HeardNote[], list: FeatureList): void {
  const steps: number[] = [];
  for (let i = 1; i < notes.length; i++) steps.push(notes[i].pitch - notes[i - 1].pitch);
  const sizes = steps.map(Math.abs);
  const pitches = notes.map((note) => note.pitch);
  list.put(`${name}Mean`, mean(pitches) / 12);
  list.put(`${name}Sd`, deviation(pitches) / 12);
  list.put(`${name}Step`, mean(sizes));
  list.put(
    `${name}Repeat`,
    share(sizes, (size) => size === 0),
  );
  list.put(
    `${name}Second`,
    share(sizes, (size) => size >= 1 && size <= 2),
  );
  list.put(
    `${name}Third`,
    share(sizes, (size) => size >= 3 && size <= 4),
  );
  list.put(
    `${name}Fifth`,
    share(sizes, (size) => size === 5 || size === 7),
  );
  list.put(
    `${name}Leap`,
    share(sizes, (size) => size > 7),
  );
  list.put(
    `${name}Semitone`,
    share(sizes, (size) => size === 1),
  );
  list.put(
    `${name}Rise`,
    share(steps, (step) => step > 0),
  );
  list.put(
    `${name}Slope`,
    slope(
      notes.map((note) => note.startSeconds),
      pitches,
    ),
  );
}
