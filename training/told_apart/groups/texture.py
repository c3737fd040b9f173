"""What sounds together: how many, how far apart, how struck."""

import numpy as np

from training.told_apart.clip import ONSET, PITCH
from training.told_apart.statistics import mean, share, spread

MICRO = ("spread of a chord", "widest chords", "top before bass")


def figures(clip):
    sizes = clip.chords[:, 3]
    at_once = clip.sounding.sum(1)
    alive = at_once > 0
    low = clip.sounding.argmax(1)[alive]
    high = 127 - clip.sounding[:, ::-1].argmax(1)[alive]
    several = sizes[clip.chord_of] > 1
    late = (clip.onset - clip.chords[clip.chord_of, ONSET])[several]
    bounds = np.flatnonzero(np.diff(clip.chord_of, prepend=-1))
    struck = [c for c in np.split(clip.notes, bounds[1:]) if len(c) > 1]
    steps = [np.diff(c[:, PITCH]) for c in struck]
    return {
        "at once": mean(at_once),
        "spread of at once": spread(at_once),
        "chord size": mean(sizes),
        "spread of chord size": spread(sizes),
        "single notes": share(sizes == 1),
        "four and more": share(sizes >= 4),
        "silence": share(~alive),
        "no bass": share(low >= 52),
        "deep bass": share(low < 40),
        "lowest": mean(low),
        "spread of lowest": spread(low),
        "highest": mean(high),
        "spread of highest": spread(high),
        "width": mean(high - low),
        "span of a chord": mean([s.sum() for s in steps]),
        "octaves in a chord": share([(s == 12).any() for s in steps]),
        "narrowest in a chord": mean([s.min() for s in steps]),
        "notes between hands": share((clip.pitch >= 52) & (clip.pitch < 64)),
        "spread of a chord": mean(late),
        "widest chords": float(np.quantile(late, 0.95)) if len(late) else 0.0,
        "top before bass": share([c[-1, ONSET] < c[0, ONSET] - 0.002 for c in struck]),
    }
