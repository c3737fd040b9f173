"""Times between chords: how even, how various, how they pulse."""

import numpy as np

from training.told_apart.clip import ONSET
from training.told_apart.statistics import after, correlation, entropy, mean, share, spread

# What reads the deviation of single onsets from a pulse: music that was written on a grid has none.
MICRO = ("even to a hundredth", "even to three hundredths", "spread of even gaps")
STEP = 0.02


def pulse(onsets, weights, seconds):
    """Autocorrelation of the blurred train of onsets at lags of .2 to 1.6 s, 1 at lag 0."""
    train = np.zeros(int(seconds / STEP) + 2)
    np.add.at(train, (onsets / STEP).astype(int), weights)
    blur = np.exp(-0.5 * (np.arange(-4, 5) / 1.5) ** 2)
    train = np.convolve(train, blur / blur.sum(), "same")
    train -= train.mean()
    spectrum = np.abs(np.fft.rfft(train, 2 * len(train))) ** 2
    found = np.fft.irfft(spectrum)
    return found[int(0.2 / STEP) : int(1.6 / STEP)] / max(found[0], 1e-9)


def figures(clip):
    onsets = clip.chords[:, ONSET]
    gaps = np.maximum(np.diff(onsets), 0.02)
    logs = np.log2(gaps)
    coarse = np.round(4 * logs)
    ratios = np.diff(logs)
    plain = pulse(onsets, np.ones(len(onsets)), clip.seconds)
    sized = pulse(clip.onset, np.ones(len(clip.onset)), clip.seconds)
    bass = clip.onset[clip.bass_line]
    low = pulse(bass, np.ones(len(bass)), clip.seconds)
    even = np.abs(ratios)[np.abs(ratios) < 0.3]
    counts = np.histogram(onsets, np.arange(0, clip.seconds + 1))[0]
    beat = lambda found: float(found[int(0.2 / STEP) :].max())
    tune = np.diff(clip.onset[clip.top_line])
    return {
        "chords a second": len(onsets) / clip.seconds,
        "spread of a second": spread(counts) / max(mean(counts), 1e-9),
        "second after second": after(counts),
        "gap": mean(logs),
        "spread of gaps": spread(logs),
        "entropy of gaps": entropy(np.histogram(logs, np.arange(-5.25, 3, 0.5))[0]),
        "gap after gap": after(coarse),
        "gap after next": after(coarse, 2),
        "gap four on": after(coarse, 4),
        "gap eight on": after(coarse, 8),
        "alike in a row": share(np.abs(ratios) < 0.3),
        "twice or half": share(np.abs(np.abs(ratios) - 1) < 0.3),
        "once and a half": share(np.abs(np.abs(ratios) - 0.585) < 0.2),
        "longest gap": float(gaps.max()) if len(gaps) else 0.0,
        "pulse": float(plain.max()),
        "pulse of a beat": beat(plain),
        "pulse of notes": beat(sized),
        "pulse of the bass": beat(low),
        "spread of pulse": spread(plain),
        "spread of the tune's gaps": spread(np.log2(np.maximum(tune, 0.02))),
        "size of chord with gap": correlation(clip.chords[:-1, 3], coarse),
        "even to a hundredth": share(np.abs(np.diff(gaps)) < 0.01),
        "even to three hundredths": share(np.abs(np.diff(gaps)) < 0.03),
        "spread of even gaps": spread(even),
    }
