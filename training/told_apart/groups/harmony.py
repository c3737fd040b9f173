"""Pitch classes: how many, how they fit, how they move."""

import numpy as np

from training.told_apart.statistics import entropy, entropy_of, mean, share, spread

MICRO = ()
MAJOR = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
MINOR = np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])
SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
TRIADS = [(0, 4, 7), (0, 3, 7)]


def keys(weight):
    """Fits of the twelve major and twelve minor keys (Krumhansl's profiles), (2, 12)."""
    fit = lambda profile: [np.corrcoef(weight, np.roll(profile, k))[0, 1] for k in range(12)]
    return np.nan_to_num(np.array([fit(MAJOR), fit(MINOR)]))


def triad_fit(seconds):
    """The share of each second's sound that its best triad holds."""
    masks = np.array([[(np.arange(12) - root) % 12 == tone for tone in triad] for triad in TRIADS for root in range(12)])
    total = np.maximum(seconds.sum(1), 1e-9)
    return (seconds @ masks.any(1).T).max(1) / total


def figures(clip):
    frames = clip.classes
    seconds = clip.per_second(frames).astype(float)
    weight = np.bincount(clip.pitch.astype(int) % 12, np.minimum(clip.end - clip.onset, 2), 12)
    fits = keys(weight)
    mode, tonic = np.unravel_index(fits.argmax(), fits.shape)
    scale = [(tonic + tone) % 12 for tone in SCALES["major" if mode == 0 else "minor"]]
    length = np.linalg.norm(seconds, axis=1, keepdims=True)
    unit = seconds / np.maximum(length, 1e-9)
    near = lambda lag: (unit[:-lag] * unit[lag:]).sum(1) if len(unit) > lag else np.zeros(0)
    alive = frames[frames.any(1)].astype(float)
    pairs = np.maximum((alive.sum(1) * (alive.sum(1) - 1)) / 2, 1)
    together = lambda step: mean((alive * np.roll(alive, step, 1)).sum(1) / pairs / (2 if step == 6 else 1))
    bass = clip.pitch[clip.bass_line].astype(int) if len(clip.bass_line) else np.zeros(0, int)
    moves = np.diff(bass)
    moving = np.abs(moves[moves != 0])
    lowest = clip.sounding.argmax(1)[clip.sounding.any(1)] % 12
    changes = np.flatnonzero(np.diff(lowest)) * 0.05
    return {
        "entropy": entropy(weight),
        "classes a second": mean((seconds > 1).sum(1)),
        "classes at once": mean(alive.sum(1)),
        "fit of the key": float(fits.max()),
        "major over minor": float(fits[0].max() - fits[1].max()),
        "outside the scale": share(~np.isin(clip.pitch.astype(int) % 12, scale)),
        "change in a second": 1 - mean(near(1)),
        "spread of changes": spread(near(1)),
        "change in two seconds": 1 - mean(near(2)),
        "change in four seconds": 1 - mean(near(4)),
        "fit of triads": mean(triad_fit(seconds)),
        "spread of triads": spread(triad_fit(seconds)),
        "seconds": together(1),
        "whole tones": together(2),
        "thirds": together(3) + together(4),
        "fifths": together(5),
        "tritones": together(6),
        "bass changes a second": len(changes) / clip.seconds,
        "longest bass": float(np.diff(np.concatenate([[0], changes, [clip.seconds]])).max()),
        "entropy of the bass": entropy_of(bass % 12),
        "bass by fifths": share(np.isin(moving, (5, 7))),
        "bass by steps": share(moving <= 2),
        "bass stays": share(moves == 0),
    }
