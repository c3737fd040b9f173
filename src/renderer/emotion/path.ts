import type { Emotion, PathPoint } from '../../contract/document.ts';

/** The emotion a path has at `at` (0..1): straight lines between its points, constant beyond the ends. */
export function emotionAt(path: readonly PathPoint[], at: number): Emotion {
  const next = path.findIndex((point) => point.at >= at);
  if (next === 0) return plain(path[0]);
  if (next < 0) return plain(path[path.length - 1]);
  const a = path[next - 1];
  const b = path[next];
  const t = b.at === a.at ? 1 : (at - a.at) / (b.at - a.at);
  return {
    valence: a.valence + (b.valence - a.valence) * t,
    arousal: a.arousal + (b.arousal - a.arousal) * t,
  };
}

/** One emotion a bar: each bar takes what the path has in the bar's middle; without a path, the same everywhere. */
export function emotionPerBar(emotion: Emotion, path: readonly PathPoint[] | null, bars: number): Emotion[] {
  return Array.from({ length: bars }, (_, bar) =>
    rounded(path ? emotionAt(path, (bar + 0.5) / bars) : emotion),
  );
}

const MOST_POINTS = 12;
const NEAR = 0.04;

/** A drawn stroke -> a path: points spread by the length drawn, so that speed of the hand does not matter. */
export function pathFromStroke(stroke: readonly Emotion[]): PathPoint[] | null {
  const lengths = [0];
  for (let i = 1; i < stroke.length; i++) {
    lengths.push(
      lengths[i - 1] +
        Math.hypot(stroke[i].valence - stroke[i - 1].valence, stroke[i].arousal - stroke[i - 1].arousal),
    );
  }
  const total = lengths[lengths.length - 1] ?? 0;
  if (total < NEAR) return null;
  const count = Math.max(2, Math.min(MOST_POINTS, Math.round(total / 0.12) + 1));
  const dense = stroke.map((emotion, i) => ({ at: lengths[i] / total, ...emotion }));
  return Array.from({ length: count }, (_, i) => {
    const at = i / (count - 1);
    return { at, ...rounded(emotionAt(dense, at)) };
  });
}

/** A path in which the bars [fromBar, toBar) have this emotion and the others keep theirs. */
export function pathWithBars(
  emotion: Emotion,
  path: readonly PathPoint[] | null,
  bars: number,
  change: { fromBar: number; toBar: number; emotion: Emotion },
): PathPoint[] {
  return emotionPerBar(emotion, path, bars).map((was, bar) => ({
    at: (bar + 0.5) / bars,
    ...(bar >= change.fromBar && bar < change.toBar ? rounded(change.emotion) : was),
  }));
}

function plain({ valence, arousal }: Emotion): Emotion {
  return { valence, arousal };
}

function rounded({ valence, arousal }: Emotion): Emotion {
  return { valence: Math.round(valence * 1000) / 1000, arousal: Math.round(arousal * 1000) / 1000 };
}
