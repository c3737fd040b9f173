"""What the chooser learns from: real clips as their words say them, and candidates as a model wrote them, both on the grid."""

from dataclasses import dataclass

import numpy as np

from training.chooser.bars import BACK, LENGTHS, LOUDNESS, STEP, STEPS, heights_of, likeness_of, read_grid, rows_of
from training.told_apart.clips import files_of, group_of

BARS = 16
FEWEST_BARS = 4


@dataclass(frozen=True)
class Written:
    """A clip's group (song or seed) and its bars from the first that is not empty on, at most BARS of them, as they are read."""

    name: str
    group: str
    rows: np.ndarray
    likeness: np.ndarray

    @property
    def bars(self):
        return len(self.likeness)


def read_clip(path):
    """None where there are too few bars."""
    notes, tonic = read_grid(path)
    if len(notes) == 0:
        return None
    notes = notes - [notes[0, STEP] // STEPS * STEPS, 0, 0, 0]
    bars = min(BARS, int(notes[-1, STEP] // STEPS) + 1)
    if bars < FEWEST_BARS:
        return None
    return Written(path.stem, group_of(path.stem), rows_of(notes, tonic, bars), likeness_of(notes, bars))


def read_clips(place, split=None, table=None):
    return [clip for clip in map(read_clip, files_of(place, split, table)) if clip]


def varied(clip, random, shortest=8):
    """A stretch of bars, higher or lower, louder or softer: which of two clips is played must not hang on that."""
    count = int(random.integers(min(shortest, clip.bars), clip.bars + 1))
    start = int(random.integers(0, clip.bars - count + 1))
    rows = clip.rows[start * STEPS : (start + count) * STEPS].copy()
    likeness = clip.likeness[start : start + count].copy()
    for i, back in enumerate(BACK):
        likeness[:back, 3 * i : 3 * i + 3] = 0
    shift = random.integers(-4, 5) / 24
    for column, there in heights_of(rows):
        rows[:, column] += shift * there
    struck = heights_of(rows)[-1][1]
    rows[:, LOUDNESS] = (rows[:, LOUDNESS] * random.uniform(0.9, 1.1) + random.normal(0, 0.2)) * struck
    rows[:, LENGTHS] += random.normal(0, 0.03) * struck
    return rows, likeness


def batch(stretches):
    """-> rows (B, bars * STEPS, FEATURES), likeness (B, bars, LIKENESS), mask (B, bars); shorter ones are padded at the end."""
    longest = max(len(likeness) for _, likeness in stretches)
    padded = lambda array, count: np.pad(array, ((0, count - len(array)), (0, 0)))
    rows = np.stack([padded(rows, longest * STEPS) for rows, _ in stretches])
    likeness = np.stack([padded(likeness, longest) for _, likeness in stretches])
    return rows, likeness, np.array([np.arange(longest) < len(likeness) for _, likeness in stretches])
