"""Single notes: how long, how high, how many."""

import numpy as np

from training.told_apart.statistics import correlation, entropy, entropy_of, mean, share, spread

MICRO = ()


def figures(clip):
    length = clip.end - clip.onset
    order = np.lexsort((clip.onset, clip.pitch))
    same = np.diff(clip.pitch[order]) == 0
    back = np.diff(clip.onset[order])[same]
    tune = clip.top_line
    gaps = np.diff(clip.onset[tune])
    legato = np.minimum(length[tune][:-1] / np.maximum(gaps, 0.03), 4)
    logs = np.log2(np.maximum(length, 0.03))
    return {
        "length": mean(length),
        "spread of lengths": spread(length),
        "longest tenth": float(np.quantile(length, 0.9)),
        "log of length": mean(logs),
        "spread of logs": spread(logs),
        "entropy of lengths": entropy(np.histogram(logs, np.arange(-6.25, 5, 0.5))[0]),
        "short notes": share(length < 0.12),
        "legato of the tune": mean(legato),
        "overlap of the tune": share(legato > 1.05),
        "notes a second": len(length) / clip.seconds,
        "pitch": mean(clip.pitch),
        "spread of pitch": spread(clip.pitch),
        "entropy of pitch": entropy_of(clip.pitch),
        "pitches": float(len(np.unique(clip.pitch))),
        "same key in a second": share(back < 1),
        "same key after": float(np.median(back)) if len(back) else 0.0,
        "length with pitch": correlation(logs, clip.pitch),
    }
