"""What the tagger's network knows of each note, beside its neighbours. src/model/voices/note-features.ts says the same.

Notes are ordered by chord (onsets within TOGETHER of the first), then pitch; each is compared with the WINDOW notes before and
after it in that order.
"""

import numpy as np

from training.voices.notes import TOGETHER

WINDOW = 32
NAMES = (
    "pitch",
    "length",
    "loudness",
    "loudnessInChord",
    "sinceBefore",
    "untilNext",
    "gapAbove",
    "gapBelow",
    "soundingAbove",
    "soundingBelow",
    "struckAbove",
    "struckBelow",
    "topNear",
    "bottomNear",
    "topFar",
    "bottomFar",
    "middleNear",
    "higherWhileHeld",
    "lowerWhileHeld",
    "stepFrom",
    "stepFromTime",
    "stepTo",
    "stepToTime",
    "octaveAbove",
    "octaveBelow",
    "topBefore",
    "bottomBefore",
    "topNext",
    "bottomNext",
)
FEATURES = len(NAMES)


def chord_order(start, pitch):
    """Indices of the notes (any order) by chord, then pitch."""
    by_start = np.lexsort((pitch, start))
    chord = np.empty(len(start), int)
    first, number = -np.inf, -1
    for i in by_start:
        if start[i] > first + TOGETHER:
            first, number = start[i], number + 1
        chord[i] = number
    return np.lexsort((pitch, chord))


def note_features(start, end, pitch, velocity):
    """(N, FEATURES) of notes in chord order."""
    count = len(start)
    index = np.arange(count)[:, None] + np.r_[-WINDOW:0, 1 : WINDOW + 1]
    inside = (index >= 0) & (index < count)
    index = index.clip(0, count - 1)
    dt = (start[index] - start[:, None]).astype(np.float32)
    dp = (pitch[index] - pitch[:, None]).astype(np.float32)
    other_velocity = velocity[index].astype(np.float32)
    rest = end[index] - start[:, None]
    struck = inside & (np.abs(dt) <= TOGETHER)
    before, after = inside & (dt < -TOGETHER), inside & (dt > TOGETHER)
    sounding = struck | (before & (rest > TOGETHER))
    near, far = inside & (np.abs(dt) <= 1), inside & (np.abs(dt) <= 3)
    length = (end - start).clip(0.03, 8)
    held = after & (dt < np.minimum(length, 2)[:, None])
    since = np.where(before, -dt, 4).min(1).clip(TOGETHER, 4)
    until = np.where(after, dt, 4).min(1).clip(TOGETHER, 4)
    group_before = before & (-dt <= since[:, None] + TOGETHER) & (since < 4)[:, None]
    group_next = after & (dt <= until[:, None] + TOGETHER) & (until < 4)[:, None]
    up, down = dp > 0, dp < 0

    def highest(where):
        return np.where(where, dp, -99).max(1)

    def lowest(where):
        return np.where(where, dp, 99).min(1)

    def mean(values, where, fallback):
        n = where.sum(1)
        return np.where(n > 0, (values * where).sum(1) / np.maximum(n, 1), fallback)

    def step(where):
        """The note that a line would come from or go to: near in pitch and in time."""
        cost = np.where(where & (np.abs(dt) < 2), np.abs(dp) + 4 * np.abs(dt), 99)
        best = cost.argmin(1)
        rows = np.arange(count)
        found = cost[rows, best] < 99
        return np.where(found, dp[rows, best].clip(-24, 24), 0) / 12, np.where(found, _log(np.abs(dt[rows, best])), 2)

    def group(value, where):
        return np.where(where.any(1), value.clip(-36, 36), 0) / 12

    step_from, step_from_time = step(before)
    step_to, step_to_time = step(after)
    columns = (
        (pitch - 64) / 24,
        _log(length),
        (velocity - mean(other_velocity, inside, velocity)) / 16,
        (velocity - mean(other_velocity, sounding, velocity)) / 16,
        _log(since),
        _log(until),
        np.where(sounding & up, dp, 30).min(1).clip(0, 30) / 12,
        np.where(sounding & down, -dp, 30).min(1).clip(0, 30) / 12,
        (sounding & up).sum(1).clip(0, 6) / 4,
        (sounding & down).sum(1).clip(0, 6) / 4,
        (struck & up).sum(1).clip(0, 6) / 4,
        (struck & down).sum(1).clip(0, 6) / 4,
        highest(near).clip(-12, 36) / 12,
        lowest(near).clip(-36, 12) / 12,
        highest(far).clip(-12, 36) / 12,
        lowest(far).clip(-36, 12) / 12,
        mean(dp, near, np.zeros(count)).clip(-36, 36) / 12,
        highest(held).clip(0, 24) / 12,
        lowest(held).clip(-24, 0) / 12,
        step_from,
        step_from_time,
        step_to,
        step_to_time,
        (sounding & (dp == 12)).any(1),
        (sounding & (dp == -12)).any(1),
        group(highest(group_before), group_before),
        group(lowest(group_before), group_before),
        group(highest(group_next), group_next),
        group(lowest(group_next), group_next),
    )
    return np.stack(columns, 1).astype(np.float32)


def _log(seconds):
    return np.log2(np.maximum(seconds, 0.01)) / 2
