"""What the slices of a beat are encoded from: for each group of codebooks, rows of a table that are summed.

Every group sees its own element alone. Row 0 of each table is nothing; a group's rows are (slot, value) pairs, where slots
are voices, positions, or notes in order (bass, melody and inner apart, as a pitch slice must not tell the rhythm).
"""

import numpy as np

from training.generator.words import (
    BAR_BEAT,
    BASS,
    CHORD_STATE,
    CODED,
    DURATION,
    DURATION_STEPS,
    FIRST_POSITION,
    INNER,
    MELODY,
    METRICAL,
    PITCH,
    SIZES,
    TEMPO_STATE,
    TYPE,
    VELOCITY,
)

SLOTS = {MELODY: 6, BASS: 4, INNER: 12}  # notes of a voice in a beat that are told apart
FIRST_SLOT = {MELODY: 0, BASS: 6, INNER: 10}
NOTE_SLOTS = sum(SLOTS.values())
MOST = 12  # counts of notes of a voice in a beat end here

# group: (rows of its table, entries a beat)
GROUPS = {
    "tempo": (1 + SIZES["tempo"], 1),
    "chord": (1 + SIZES["chord"], 1),
    "type": (1 + 3 * MOST, 3),
    "barBeat": (1 + 3 * 4 * 5, 12),
    "pitchBass": (1 + SLOTS[BASS] * SIZES["pitch"], SLOTS[BASS]),
    "pitchMelody": (1 + SLOTS[MELODY] * SIZES["pitch"], SLOTS[MELODY]),
    "pitchInner": (1 + SLOTS[INNER] * SIZES["pitch"], SLOTS[INNER]),
    "duration": (1 + NOTE_SLOTS * SIZES["duration"], NOTE_SLOTS),
    "velocity": (1 + NOTE_SLOTS * SIZES["velocity"], NOTE_SLOTS),
}
ELEMENT = {name: "pitch" if name.startswith("pitch") else name for name in GROUPS}
PITCH_GROUP = {MELODY: "pitchMelody", BASS: "pitchBass", INNER: "pitchInner"}
OFFSETS = dict(zip(GROUPS, np.cumsum([0, *(k for _, k in GROUPS.values())])[:-1], strict=True))
ENTRIES = sum(k for _, k in GROUPS.values())

# The value of each element that its slice is ordered by (regularizer.py), and whether the beat carries it.
ATTRIBUTES = CODED
LOG_LENGTH = np.log2(np.maximum(DURATION_STEPS, DURATION_STEPS[1]))
FIFTHS = [(7 * pc + 5) % 12 - 5 for pc in range(12)]


def beat_entries(words, features, beat):
    """-> (beats, ENTRIES) int16 rows of the tables, (beats, 7) float32 attributes, (beats, 7) bool carried."""
    beats = int(beat[-1]) + 1
    out = np.zeros((beats, ENTRIES), np.int16)
    counts = np.zeros((beats, 3), int)
    at = np.zeros((beats, 3, 4), int)
    sums = np.zeros((beats, 3))
    states = np.zeros((beats, 2), int)
    position = 0
    for word, row, b in zip(words.tolist(), features.tolist(), beat.tolist(), strict=True):
        kind = word[TYPE]
        if kind == METRICAL:
            if word[BAR_BEAT] >= FIRST_POSITION:
                position = word[BAR_BEAT] - FIRST_POSITION
                states[b] = row[TEMPO_STATE], row[CHORD_STATE]
            continue
        voice = kind - MELODY
        order = counts[b, voice]
        counts[b, voice] += 1
        at[b, voice, position % 4] += 1
        sums[b] += word[PITCH], LOG_LENGTH[word[DURATION]], word[VELOCITY]
        if order < SLOTS[kind]:
            out[b, OFFSETS[PITCH_GROUP[kind]] + order] = 1 + order * SIZES["pitch"] + word[PITCH]
            slot = FIRST_SLOT[kind] + order
            out[b, OFFSETS["duration"] + slot] = 1 + slot * SIZES["duration"] + word[DURATION]
            out[b, OFFSETS["velocity"] + slot] = 1 + slot * SIZES["velocity"] + word[VELOCITY]
    out[:, OFFSETS["tempo"]] = 1 + states[:, 0]
    out[:, OFFSETS["chord"]] = 1 + states[:, 1]
    out[:, OFFSETS["type"] : OFFSETS["type"] + 3] = 1 + np.arange(3) * MOST + counts.clip(max=MOST - 1)
    grid = 1 + np.arange(12).reshape(3, 4) * 5 + at.clip(max=4)
    out[:, OFFSETS["barBeat"] : OFFSETS["barBeat"] + 12] = grid.reshape(beats, 12)
    total = counts.sum(1)
    sounding = total > 0
    mean = sums / np.maximum(total, 1)[:, None]
    chord = states[:, 1]
    brightness = np.array(FIFTHS)[((chord - 3).clip(min=0) // 11) % 12]
    attributes = np.stack([states[:, 0], brightness, (at.sum(1) > 0).sum(1), total, *mean.T], 1).astype(np.float32)
    carried = np.stack([np.ones(beats, bool), chord >= 3, sounding, np.ones(beats, bool), sounding, sounding, sounding], 1)
    return out, attributes, carried
