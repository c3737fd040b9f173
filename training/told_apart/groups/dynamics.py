"""How loud notes are beside each other."""

import numpy as np

from training.told_apart.clip import ONSET
from training.told_apart.statistics import after, correlation, mean, spread

MICRO = ()


def figures(clip):
    loud, chords = clip.velocity, clip.chords
    steps = np.abs(np.diff(loud))
    chord_steps = np.abs(np.diff(chords[:, 4]))
    inner = loud - chords[clip.chord_of, 4]
    several = chords[clip.chord_of, 3] > 1
    top, bass = loud[clip.top_line], loud[clip.bass_line]
    stretches = [loud[(clip.onset >= t) & (clip.onset < t + 2)] for t in np.arange(0, clip.seconds, 2)]
    levels = np.array([mean(s) for s in stretches if len(s)])
    gaps = np.diff(chords[:, ONSET])
    deviation = (loud - loud.mean()) / max(loud.std(), 1e-9)
    return {
        "mean": mean(loud),
        "spread": spread(loud),
        "skew": float((deviation**3).mean()),
        "with pitch": correlation(loud, clip.pitch),
        "step": mean(steps),
        "step between chords": mean(chord_steps),
        "spread in a chord": spread(inner[several]),
        "top over bass": mean(top) - mean(bass),
        "spread of the tune": spread(top),
        "step of the tune": mean(np.abs(np.diff(top))),
        "spread of two seconds": spread(levels),
        "step of two seconds": mean(np.abs(np.diff(levels))),
        "chord after chord": after(chords[:, 4]),
        "chord after next": after(chords[:, 4], 2),
        "with the time to the next": correlation(chords[:-1, 4], gaps),
        "with chord size": correlation(chords[:, 4], chords[:, 3]),
    }
