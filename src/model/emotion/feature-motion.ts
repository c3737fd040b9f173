import type { FeatureList } from './feature-list.ts';
import type { Excerpt } from './heard-note.ts';
import { deviation, entropy, mean, quantile, share } from './statistics.ts';

/** How much happens and how evenly: density, gaps between attacks, pulse, length and overlap of notes. */
export function motionFeatures(excerpt: Excerpt, list: FeatureList): void {
  const { notes, clusters } = excerpt;
  const seconds = excerpt.to - excerpt.from;
  const sizes = clusters.map((cluster) => cluster.notes.length);
  list.put('notesPerSecond', Math.log1p(notes.length / seconds));
  list.put('attacksPerSecond', Math.log1p(clusters.length / seconds));
  list.put('notesPerAttack', mean(sizes));
  list.put('notesPerAttackSd', deviation(sizes));
  list.put(
    'singleAttacks',
    share(sizes, (size) => size === 1),
  );
  list.put(
    'bigAttacks',
    share(sizes, (size) => size >= 4),
  );
  gaps(excerpt, list);
  pulse(excerpt, list);
  lengths(excerpt, list);
}

function gaps({ clusters }: Excerpt, list: FeatureList): void {
  const logs: number[] = [];
  for (let i = 1; i < clusters.length; i++)
    logs.push(Math.log(clusters[i].seconds - clusters[i - 1].seconds));
  const changes: number[] = [];
  const ratios = new Array<number>(9).fill(0);
  for (let i = 1; i < logs.length; i++) {
    const change = logs[i] - logs[i - 1];
    changes.push(Math.abs(change));
    ratios[Math.min(8, Math.max(0, Math.round(change / 0.35) + 4))]++;
  }
  const sorted = [...logs].sort((a, b) => a - b);
  list.put('gapMean', mean(logs));
  list.put('gapSd', deviation(logs));
  list.put('gap10', quantile(sorted, 0.1));
  list.put('gap50', quantile(sorted, 0.5));
  list.put('gap90', quantile(sorted, 0.9));
  list.put('gapUnevenness', mean(changes));
  list.put('gapRatioEntropy', entropy(ratios));
  list.put(
    'gapSame',
    share(changes, (change) => change < 0.15),
  );
  list.put(
    'gapLong',
    share(logs, (gap) => gap > 0),
  );
  list.put(
    'gapShort',
    share(logs, (gap) => gap < Math.log(0.16)),
  );
}

const PULSE_STEP = 0.02;

/** Autocorrelation of attack strength, lags 0.24 to 1.5 s with a mild preference for 0.55 s. */
function pulse({ clusters, from, to }: Excerpt, list: FeatureList): void {
  const frames = Math.min(4000, Math.ceil((to - from) / PULSE_STEP) + 1);
  const strength = new Float32Array(frames + 2);
  for (const cluster of clusters) {
    const place = (cluster.seconds - from) / PULSE_STEP;
    const frame = Math.floor(place);
    if (frame < 0 || frame >= frames) continue;
    const weight = Math.sqrt(cluster.notes.reduce((sum, note) => sum + note.velocity / 64, 0));
    strength[frame] += weight * (1 - (place - frame));
    strength[frame + 1] += weight * (place - frame);
  }
  const product = (lag: number): number => {
    let sum = 0;
    for (let i = lag; i < frames; i++)
      sum += strength[i] * (strength[i - lag] + 0.5 * (strength[i - lag + 1] ?? 0));
    return sum;
  };
  const whole = product(0) || 1;
  let best = 0;
  let bestLag = 27;
  let total = 0;
  for (let lag = 12; lag <= 75; lag++) {
    const value = product(lag) / whole;
    const preferred = value * Math.exp(-0.5 * (Math.log((lag * PULSE_STEP) / 0.55) / 0.7) ** 2);
    total += value;
    if (preferred > best) {
      best = preferred;
      bestLag = lag;
    }
  }
  list.put('pulseRate', -Math.log(bestLag * PULSE_STEP));
  list.put('pulseStrength', best);
  list.put('pulseContrast', total > 0 ? (best * 64) / total : 0);
}

function lengths({ notes, clusters, from, to }: Excerpt, list: FeatureList): void {
  const held = notes.map((note) => Math.log(Math.max(0.02, note.endSeconds - note.startSeconds)));
  const sorted = [...held].sort((a, b) => a - b);
  list.put('lengthMean', mean(held));
  list.put('lengthSd', deviation(held));
  list.put('length10', quantile(sorted, 0.1));
  list.put('length50', quantile(sorted, 0.5));
  list.put('length90', quantile(sorted, 0.9));
  const joined: number[] = [];
  const ring: number[] = [];
  for (let i = 0; i + 1 < clusters.length; i++) {
    const gap = clusters[i + 1].seconds - clusters[i].seconds;
    const top = clusters[i].notes[clusters[i].notes.length - 1];
    joined.push(Math.min(4, (top.endSeconds - top.startSeconds) / gap));
    ring.push(Math.min(8, (top.soundSeconds - top.startSeconds) / gap));
  }
  joined.sort((a, b) => a - b);
  list.put('articulation50', quantile(joined, 0.5));
  list.put('articulation20', quantile(joined, 0.2));
  list.put(
    'staccato',
    share(joined, (ratio) => ratio < 0.5),
  );
  list.put(
    'legato',
    share(joined, (ratio) => ratio > 1.02),
  );
  list.put('ring', Math.log1p(mean(ring)));
  const seconds = to - from;
  let heldSum = 0;
  let soundSum = 0;
  for (const note of notes) {
    heldSum += Math.max(0, Math.min(to, note.endSeconds) - note.startSeconds);
    soundSum += Math.max(0, Math.min(to, note.soundSeconds) - note.startSeconds);
  }
  list.put('heldVoices', Math.log1p(heldSum / seconds));
  list.put('soundingVoices', Math.log1p(soundSum / seconds));
  list.put('pedalled', soundSum > 0 ? 1 - heldSum / soundSum : 0);
  list.put('silence', silence(notes, from, to));
}

/** Share of the time in which no key is held. */
function silence(notes: Excerpt['notes'], from: number, to: number): number {
  let end = from;
  let silent = 0;
  for (const note of notes) {
    if (note.startSeconds > end) silent += note.startSeconds - end;
    end = Math.max(end, note.endSeconds);
  }
  silent += Math.max(0, to - end);
  return silent / (to - from);
}
