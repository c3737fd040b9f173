"""Bars of written words as the chooser reads them: a row a sixteenth, and how alike each bar is to those before.

Pitches are as the words have them, the tonic at C."""

import numpy as np

from training.generator.words import (
    BAR,
    BAR_BEAT,
    DURATION,
    DURATION_STEPS,
    FIRST_POSITION,
    MELODY,
    METRICAL,
    ON_TIME,
    PITCH,
    PITCH_BASE,
    TIMING,
    TIMING_PARTS,
    TYPE,
    VELOCITY,
)

STEPS = 16  # in a bar; shorter bars leave the last ones empty
ROW, HEIGHT, LENGTH, LOUD, VOICE, LATE = range(6)  # of a note
REACH = 12  # semitones that a step of the tune or the bass is told apart up to
BACK = (1, 2, 3, 4, 8)  # bars that a bar is compared with
VOICES = 3
CLASSES = 12 * (VOICES + 1)  # pitch classes struck in each voice, and sounding
# After them: on a beat, on an eighth; lowest and highest sounding; struck, notes, bass, tune; loudness, the tune's over the rest; length;
# how late, and how far apart.
LOWEST = CLASSES + 2
STRUCK = LOWEST + 2
LOUDNESS = STRUCK + 4
LENGTHS = LOUDNESS + 2
SHAPE_END = LENGTHS + 3
MOVES = 2 * REACH + 1
FEATURES = SHAPE_END + 2 * MOVES
LIKENESS = 3 * len(BACK)


def notes_of(words):
    """(n, 8) words -> (notes, 6): row (bar * STEPS + place), MIDI pitch, length and lateness in sixteenths, velocity, voice."""
    metrical = words[:, TYPE] == METRICAL
    bar = np.cumsum(metrical & (words[:, BAR_BEAT] == BAR)) - 1
    at = np.maximum.accumulate(np.where(metrical, np.arange(len(words)), 0))
    place = words[at, BAR_BEAT].astype(int) - FIRST_POSITION
    note = words[words[:, TYPE] >= MELODY].astype(int)
    row = (STEPS * bar + place)[words[:, TYPE] >= MELODY]
    late = (note[:, TIMING] - ON_TIME) / TIMING_PARTS
    return np.column_stack([row, PITCH_BASE + note[:, PITCH], DURATION_STEPS[note[:, DURATION]], 4 + 3 * (note[:, VELOCITY] - 1),
                            note[:, TYPE] - MELODY, late])  # fmt: skip


def bars_of(words):
    return int((words[:, BAR_BEAT] == BAR).sum())


def rows_of(notes, bars):
    """(bars * STEPS, FEATURES)."""
    count = bars * STEPS
    rows = np.zeros((count, FEATURES), np.float32)
    steps = np.arange(count)
    rows[:, CLASSES], rows[:, CLASSES + 1] = steps % 4 == 0, steps % 2 == 0
    low, high = np.full(count, 128.0), np.full(count, -1.0)
    struck = [[] for _ in range(count)]
    for note in notes:
        first, pitch = int(note[ROW]), int(note[HEIGHT])
        struck[first].append(note)
        end = min(count, max(first + 1, int(np.ceil(first + note[LENGTH]))))
        rows[first, 12 * int(note[VOICE]) + pitch % 12] = 1
        rows[first:end, 12 * VOICES + pitch % 12] = 1
        low[first:end], high[first:end] = np.minimum(low[first:end], pitch), np.maximum(high[first:end], pitch)
    sounds = high >= 0
    rows[sounds, LOWEST], rows[sounds, LOWEST + 1] = (low[sounds] - 60) / 24, (high[sounds] - 60) / 24
    last = [None, None]  # of tune and bass
    for step in np.flatnonzero([bool(chord) for chord in struck]):
        chord, row = np.array(struck[step]), rows[step]
        pitches, loud, late = chord[:, HEIGHT], chord[:, LOUD], chord[:, LATE]
        tune, bass = pitches.argmax(), pitches.argmin()
        row[STRUCK : STRUCK + 4] = 1, len(chord) / 4, (pitches[bass] - 60) / 24, (pitches[tune] - 60) / 24
        row[LOUDNESS : LOUDNESS + 2] = (loud.mean() - 64) / 32, (loud[tune] - loud.mean()) / 16
        row[LENGTHS : LENGTHS + 3] = np.log2(chord[:, LENGTH].mean()) / 4, 4 * late.mean(), 8 * (late.max() - late.min())
        for i, voice in enumerate((0, 1)):
            mine = pitches[chord[:, VOICE] == voice]
            if len(mine) == 0:
                continue
            pitch = mine.max() if voice == 0 else mine.min()
            if last[i] is not None:
                row[SHAPE_END + MOVES * i + REACH + int(np.clip(pitch - last[i], -REACH, REACH))] = 1
            last[i] = pitch
    return rows


def heights_of(rows):
    """Pairs of a column that tells a height and where there is one; the last is of notes struck."""
    sounds = rows[:, 12 * VOICES : CLASSES].any(1)
    struck = rows[:, STRUCK] > 0
    return [(LOWEST, sounds), (LOWEST + 1, sounds), (STRUCK + 2, struck), (STRUCK + 3, struck)]


def alike(a, b):
    """Jaccard's likeness of two sets; 0 where both are empty."""
    return len(a & b) / len(a | b) if a | b else 0.0


def likeness_of(notes, bars):
    """(bars, LIKENESS): for each bar in BACK how alike the notes, the rhythm and the rhythm of the bass are; 0 before the start."""
    sets = [(set(), set(), set()) for _ in range(bars)]
    for note in notes:
        bar, place = divmod(int(note[ROW]), STEPS)
        sets[bar][0].add((place, int(note[HEIGHT])))
        sets[bar][1].add(place)
        if note[VOICE] == 1:
            sets[bar][2].add(place)
    found = np.zeros((bars, LIKENESS), np.float32)
    for bar in range(bars):
        for i, back in enumerate(BACK):
            if bar >= back:
                found[bar, 3 * i : 3 * i + 3] = [alike(now, then) for now, then in zip(sets[bar], sets[bar - back], strict=True)]
    return found
