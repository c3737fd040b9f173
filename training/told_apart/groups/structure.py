"""What comes back, and when: likeness of a clip to itself some seconds on."""

import numpy as np

from training.told_apart.clip import FRAME
from training.told_apart.statistics import distinct_runs, mean, spread

MICRO = ()
BLUR = 3  # frames


def blurred(rows):
    kernel = np.exp(-0.5 * (np.arange(-BLUR, BLUR + 1) / 1.5) ** 2)
    return np.apply_along_axis(lambda column: np.convolve(column, kernel, "same"), 0, rows)


def likeness(rows, longest):
    """For each lag in frames up to `longest`: cosine of all rows with those so much later."""
    size = 2 ** int(np.ceil(np.log2(2 * len(rows))))
    spectrum = np.fft.rfft(rows, size, axis=0)
    product = np.fft.irfft((spectrum.conj() * spectrum).sum(1), size)
    power = np.concatenate([[0], np.cumsum((rows**2).sum(1))])
    lags = np.arange(min(longest, len(rows) - 1))
    before, behind = power[len(rows) - lags], power[-1] - power[lags]
    return product[lags] / np.maximum(np.sqrt(before * behind), 1e-9)


def peaks(rows, name):
    found = likeness(rows, int(14 / FRAME))
    part = lambda a, b: found[int(a / FRAME) : int(b / FRAME)]
    best = lambda a, b: float(part(a, b).max() - np.median(part(a, b))) if len(part(a, b)) else 0.0
    return {
        f"{name}, 1 to 3 s": best(1, 3),
        f"{name}, 3 to 7 s": best(3, 7),
        f"{name}, 7 to 14 s": best(7, 14),
        f"{name}, all lags": mean(part(1, 14)),
    }


def onsets(clip, chosen=slice(None)):
    rows = np.zeros((len(clip.sounding), 128))
    at = np.minimum((clip.onset[chosen] / FRAME).astype(int), len(rows) - 1)
    rows[at, clip.pitch[chosen].astype(int)] = 1
    return rows


def returns(clip):
    """For each note figure of four onsets in the tune with its rhythm: the share that is new."""
    tune, times = clip.pitch[clip.top_line].astype(int), clip.onset[clip.top_line]
    rhythm = np.round(3 * np.log2(np.maximum(np.diff(times), 0.05))).astype(int)
    return distinct_runs(list(zip(np.diff(tune), rhythm)), 2)


def parts(clip, count=4):
    """Notes, mean pitch and loudness in each of `count` equal parts, each by its own mean spread."""
    part = np.minimum((clip.onset / clip.seconds * count).astype(int), count - 1)
    number = np.bincount(part, minlength=count)
    by = lambda values: np.bincount(part, values, count) / np.maximum(number, 1)
    return spread(number) / max(mean(number), 1e-9), spread(by(clip.pitch)), spread(by(clip.velocity))


def figures(clip):
    rows = onsets(clip)
    low = onsets(clip, clip.pitch < 60)
    rhythm = blurred(rows.sum(1, keepdims=True))
    rhythm -= rhythm.mean()
    number, pitch, loudness = parts(clip)
    classes = np.stack([rows[:, c::12].sum(1) for c in range(12)], 1)
    return {
        **peaks(blurred(rows), "same notes"),
        **peaks(blurred(low), "same notes below"),
        **peaks(blurred(classes), "same classes"),
        **peaks(rhythm, "same rhythm"),
        "new in the tune": returns(clip),
        "notes in quarters": number,
        "pitch in quarters": pitch,
        "loudness in quarters": loudness,
    }
