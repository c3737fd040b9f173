"""Bars that come back: for each bar, whether it is an earlier one again, which and how like; and what that bar would go on with.

The prior says it at each bar's first beat, before the codes; the decoder is told it at every step, with the word that would come
next if the earlier bar were played again. Exact copying is so a choice of one value, not of every code and word apart.
"""

import numpy as np

from training.generator.words import BAR, BAR_BEAT, FIRST_POSITION, MELODY, METRICAL, PITCH, SIZES, TYPE

LAGS = (1, 2, 4, 8)  # bars
ALIKE, SAME = 0.25, 0.6  # likenesses from which a bar is said to come back, and to come back nearly as it was
SIZE = 1 + 2 * len(LAGS)  # 0: new; 1 + 2 * lag's index + (1 where it is the same)
REFERENCE = {"returns": SIZE, **SIZES}  # what a step of the decoder is told
AT_END = (0, 0, BAR, METRICAL, 0, 0, 0, 0)  # what follows the last word of a bar


def lag_of(value):
    """Bars back that a value of 1 or more points to."""
    return LAGS[(int(value) - 1) // 2]


def word_keys(words):
    """(n, 8) words of whole bars -> (n,) place in the bar (16ths) * 87 + pitch: ascending within a bar; Bar words are -1."""
    place = words[:, BAR_BEAT].astype(np.int64) - FIRST_POSITION
    metrical = words[:, TYPE] == METRICAL
    at = np.maximum.accumulate(np.where(metrical, np.arange(len(words)), 0))
    return np.where(metrical, np.where(place < 0, -1, place * SIZES["pitch"]), place[at] * SIZES["pitch"] + words[:, PITCH])


def likeness(a, b):
    """Jaccard index of two sets of notes; of two empty ones 0: a rest does not come back."""
    together = len(a | b)
    return len(a & b) / together if together else 0.0


def bar_returns(words, bar_starts):
    """-> (bars,) uint8 values: the likest of the bars that the lags name; of equally like ones the nearest."""
    keys, notes = word_keys(words), words[:, TYPE] >= MELODY
    ends = [*bar_starts[1:], len(words)]
    bars = [set(keys[a:b][notes[a:b]].tolist()) for a, b in zip(bar_starts, ends, strict=True)]
    out = np.zeros(len(bars), np.uint8)
    for i, bar in enumerate(bars):
        best = 0.0
        for k, lag in enumerate(LAGS):
            alike = likeness(bar, bars[i - lag]) if lag <= i else 0.0
            if alike > max(best, ALIKE):
                best, out[i] = alike, 1 + 2 * k + (alike > SAME)
    return out


def references(words, returns, bar_starts):
    """(n, 8) -> (n, 9) uint8: what the step that writes each word is told (REFERENCE); zeros where the bar is new.

    A Bar word is written in the bar before it, and told of that bar's return."""
    out = np.zeros((len(words), len(REFERENCE)), np.uint8)
    keys = word_keys(words)
    ends = [*bar_starts[1:], len(words)]
    for bar in np.flatnonzero(returns):
        back = bar - lag_of(returns[bar])
        start, end, first, last = bar_starts[bar], ends[bar], bar_starts[back], ends[back]
        played = np.concatenate([words[first + 1 : last], [AT_END]]).astype(np.uint8)
        after = np.searchsorted(keys[first + 1 : last], keys[start:end], side="right")
        rows = slice(start + 1, min(end + 1, len(words)))  # each word's step comes after the word before it
        out[rows, 0] = returns[bar]
        out[rows, 1:] = played[after][: rows.stop - rows.start]
    return out


class Reference:
    """The rows of `references` while words are being written: after each word, what the next step is told."""

    def __init__(self):
        self.bars, self.current, self.keys = [], [], []
        self.value, self.place = 0, 0

    def after(self, word, value=0):
        """Takes in a word (eight ints); with a Bar word `value` says how the bar that begins returns. -> (9,) for the next step."""
        if word[TYPE] == METRICAL and word[BAR_BEAT] == BAR:
            if self.current:
                self.bars.append((np.array(self.keys), self.current))
            self.current, self.keys, self.place = [], [], 0
            self.value = value if value and lag_of(value) <= len(self.bars) else 0
            key = -1
        else:
            if word[TYPE] == METRICAL:
                self.place = word[BAR_BEAT] - FIRST_POSITION
            key = self.place * SIZES["pitch"] + word[PITCH]
            self.keys.append(key)
        # The Bar word itself stands in `current`, so that an empty bar counts too.
        self.current.append(tuple(word))
        if not self.value:
            return np.zeros(len(REFERENCE), np.uint8)
        keys, words = self.bars[-lag_of(self.value)]
        at = int(np.searchsorted(keys, key, side="right"))
        return np.array((self.value, *(words[1 + at] if at < len(keys) else AT_END)), np.uint8)
