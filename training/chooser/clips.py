"""What the chooser learns from: real songs as their words say them, and words that a model wrote."""

from dataclasses import dataclass

import numpy as np

from training.chooser.bars import BACK, LENGTHS, LOUDNESS, STEPS, bars_of, heights_of, likeness_of, notes_of, rows_of

BARS = 16
FEWEST_BARS = 4


@dataclass(frozen=True)
class Written:
    """Bars as they are read, of a song or of a seed (`group`)."""

    group: str
    rows: np.ndarray
    likeness: np.ndarray
    emotion: np.ndarray | None = None  # (bars, 2), of real clips

    @property
    def bars(self):
        return len(self.likeness)


def read_words(words, group, emotion=None):
    bars, notes = bars_of(words), notes_of(words)
    return Written(group, rows_of(notes, bars), likeness_of(notes, bars), emotion)


def real_clips(songs, random=None, count=None):
    """Stretches of at most BARS bars from the start of songs, or `count` of them from anywhere."""
    found = []
    for song in songs if count is None else random.choice(np.array(songs, object), count):
        bars = len(song.bar_starts)
        first = 0 if random is None else int(random.integers(0, max(1, bars - BARS + 1)))
        end = song.bar_starts[first + BARS] if first + BARS < bars else len(song.words)
        words = song.words[song.bar_starts[first] : end]
        if bars_of(words) >= FEWEST_BARS:
            emotion = song.emotion[first : first + bars_of(words)]
            found.append(read_words(words, f"{song.source}-{song.id.rsplit('_', 1)[0]}", emotion))
    return found


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
    emotion = np.full((count, 2), np.nan, np.float32) if clip.emotion is None else clip.emotion[start : start + count]
    return rows, likeness, emotion


def batch(stretches):
    """-> rows (B, bars * STEPS, FEATURES), likeness (B, bars, LIKENESS), emotion (B, bars, 2; nan: not known), mask (B, bars); shorter ones
    are padded at the end."""
    longest = max(len(likeness) for _, likeness, _ in stretches)
    padded = lambda array, count: np.pad(array, ((0, count - len(array)), (0, 0)))
    rows = np.stack([padded(rows, longest * STEPS) for rows, _, _ in stretches])
    likeness = np.stack([padded(likeness, longest) for _, likeness, _ in stretches])
    emotion = np.stack([padded(emotion, longest) for _, _, emotion in stretches])
    return rows, likeness, emotion, np.array([np.arange(longest) < len(part) for _, part, _ in stretches])
