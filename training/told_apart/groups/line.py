"""The tune on top: its intervals and what of it comes back."""

import numpy as np

from training.told_apart.statistics import after, distinct_runs, entropy_of, mean, share, spread

MICRO = ()


def figures(clip):
    tune = clip.pitch[clip.top_line].astype(int)
    times = clip.onset[clip.top_line]
    steps = np.diff(tune)
    size = np.abs(steps)
    moving = steps[steps != 0]
    turns = np.diff(np.sign(moving)) != 0
    leaps = np.flatnonzero(size[:-1] >= 5) if len(size) > 1 else np.zeros(0, int)
    rhythm = np.round(2 * np.log2(np.maximum(np.diff(times), 0.03))).astype(int)
    bass = clip.pitch[clip.bass_line].astype(int)
    return {
        "same again": share(size == 0),
        "steps": share((size > 0) & (size <= 2)),
        "thirds": share((size == 3) | (size == 4)),
        "fourths to sixths": share((size >= 5) & (size <= 9)),
        "octaves": share(size == 12),
        "wide leaps": share(size > 12),
        "interval": mean(size),
        "turns": share(turns),
        "reversed after a leap": share(np.sign(steps[leaps + 1]) == -np.sign(steps[leaps])),
        "entropy of intervals": entropy_of(steps),
        "interval after interval": after(steps),
        "distinct runs of three": distinct_runs(list(steps), 3),
        "distinct runs of five": distinct_runs(list(steps), 5),
        "distinct runs of three with rhythm": distinct_runs(list(zip(steps, rhythm)), 3),
        "distinct runs of three in the bass": distinct_runs(list(np.diff(bass)), 3),
        "range": float(np.ptp(np.quantile(tune, [0.1, 0.9]))) if len(tune) else 0.0,
        "spread in eight": mean([spread(tune[i : i + 8]) for i in range(0, max(1, len(tune) - 7), 4)]),
        "share of chords": len(tune) / len(clip.chords),
    }
