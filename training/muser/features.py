"""State features of every step and content features of every beat, computed from words.

The state features are those of src/model/tokens/features.ts (golden-tested in tests/test_features.py): what a decoder may
know of the history without having to infer it. All arrays are for a whole song; data.py cuts crops out of them.
"""

import numpy as np

from training.muser.vocabulary import (
    BAR,
    BAR_BEAT,
    CHORD,
    CONTINUE,
    DURATION,
    FEATURES,
    FIRST_POSITION,
    METRICAL,
    NOTE,
    PITCH,
    STEPS_PER_BEAT,
    TEMPO,
    TYPE,
    VELOCITY,
)

MAX_DISTANCE, FORM_SIMILARITY = 16, 0.5


def bar_sets(words):
    """[{(position, pitch value)}] for each bar, and {position: [pitch values]} for each bar."""
    sets, places, position = [], [], 0
    for word in words.tolist():
        if word[TYPE] == METRICAL:
            if word[BAR_BEAT] == BAR:
                sets.append(set())
                places.append({})
            else:
                position = word[BAR_BEAT] - FIRST_POSITION
        else:
            sets[-1].add((position, word[PITCH]))
            places[-1].setdefault(position, []).append(word[PITCH])
    return sets, places


def return_distances(sets):
    """Form: for each bar the distance 1..16 to the most similar earlier bar (Jaccard >= 0.5), or 0."""
    form = []
    for k, here in enumerate(sets):
        best, distance = 0.0, 0
        for d in range(1, min(MAX_DISTANCE, k) + 1):
            there = sets[k - d]
            if here and there:
                both = len(here & there)
                s = both / (len(here) + len(there) - both)
                if s > best + 1e-12:
                    best, distance = s, d
        form.append(distance if best >= FORM_SIMILARITY else 0)
    return form


def step_features(words, form, ending):
    """After each word: (n, 17) uint8 features, (n,) beat pointer, (n,) bar index. `ending`: (bars,) 0..4."""
    _, places = bar_sets(words)
    out = np.zeros((len(words), len(FEATURES)), np.uint8)
    pointer, bars = np.zeros(len(words), np.int32), np.zeros(len(words), np.int32)
    bar, first_beat, beats, position = -1, 0, 0, 16
    chord = tempo = beat_count = position_count = last_pitch = 0
    reference = None
    for i, word in enumerate(words.tolist()):
        if word[TYPE] == METRICAL:
            if word[BAR_BEAT] == BAR:
                bar, first_beat, position = bar + 1, beats, 16
                reference = places[bar - form[bar]] if form[bar] else None
                now = first_beat
            else:
                position = word[BAR_BEAT] - FIRST_POSITION
                now = first_beat + position // STEPS_PER_BEAT
                beats = max(beats, now + 1)
                if position % STEPS_PER_BEAT == 0:
                    beat_count = 0
                if word[CHORD] > CONTINUE:
                    chord = word[CHORD]
                if word[TEMPO] > CONTINUE:
                    tempo = word[TEMPO]
            position_count = last_pitch = 0
        else:
            beat_count, position_count, last_pitch = beat_count + 1, position_count + 1, word[PITCH]
        ref_pitch, ref_onset = 0, 17
        if reference is not None:
            after = -1 if position == 16 else position
            ref_onset = min((p for p in reference if p > after), default=16)
            if position < 16:
                ref_pitch = min((p for p in reference.get(position, ()) if p > last_pitch), default=0)
        out[i] = (*word, position, chord, tempo, min(beat_count, 15), min(position_count, 7), ending[bar], form[bar],
                  ref_pitch, ref_onset, 0)  # fmt: skip
        pointer[i], bars[i] = now, bar
    return out, pointer, bars


def start_features():
    """The features before the first word."""
    out = np.zeros(len(FEATURES), np.uint8)
    names = list(FEATURES)
    out[TYPE] = 1  # the emotion step
    out[names.index("position")] = 17
    out[names.index("refOnset")] = 17
    return out


def beat_features(words, step, pointer, beats):
    """What the encoder hears of each beat: ints (beats, 5) and floats (beats, 95); layout in encoder.BEAT_INTS/BEAT_FLOATS."""
    names = list(FEATURES)
    ints, floats = np.zeros((beats, 5), np.uint8), np.zeros((beats, 95), np.float32)
    ints[pointer, 0] = step[:, names.index("tempoState")]
    ints[pointer, 1] = step[:, names.index("chordState")]
    is_note = words[:, TYPE] == NOTE
    at = pointer[is_note]
    pitch, duration, velocity = (words[is_note, e].astype(int) for e in (PITCH, DURATION, VELOCITY))
    within = step[is_note, names.index("position")].astype(int) % STEPS_PER_BEAT
    count = np.bincount(at, minlength=beats)
    ints[:, 2] = np.minimum(count, 15)
    has = count > 0
    total = np.maximum(count, 1)[:, None]
    low, high = np.full(beats, 255), np.zeros(beats, int)
    np.minimum.at(low, at, pitch)
    np.maximum.at(high, at, pitch)
    ints[:, 3], ints[:, 4] = np.where(has, low, 0), high
    np.maximum.at(floats, (at, within), 1)
    np.add.at(floats, (at, 4 + within), 1)
    np.maximum.at(floats, (at, 8 + (pitch + 21) % 12), 1)
    np.add.at(floats, (at, 20 + (pitch - 1) // 11), 1)
    np.add.at(floats, (at, 28), pitch / 86)
    np.add.at(floats, (at, 29 + duration), 1)
    np.add.at(floats, (at, 47), duration / 17)
    for columns in (slice(4, 8), slice(20, 28), slice(28, 29), slice(29, 47), slice(47, 48)):
        floats[:, columns] /= total
    floats[:, VELOCITY_COLUMNS] = velocity_features(at, pitch, velocity, beats)
    return ints, floats


VELOCITY_COLUMNS = slice(48, 95)


def velocity_features(at, pitch, velocity, beats):
    """(beats, 47): histogram, mean, least, greatest, that of the lowest and of the highest note; at = beat of each note."""
    out = np.zeros((beats, 47), np.float32)
    count = np.bincount(at, minlength=beats)
    np.add.at(out, (at, velocity), 1)
    np.add.at(out, (at, 42), velocity / 41)
    out[:, :43] /= np.maximum(count, 1)[:, None]
    least, greatest, low, high = np.full(beats, 99), np.zeros(beats, int), np.full(beats, 255), np.zeros(beats, int)
    np.minimum.at(least, at, velocity)
    np.maximum.at(greatest, at, velocity)
    np.minimum.at(low, at, pitch)
    np.maximum.at(high, at, pitch)
    out[:, 43], out[:, 44] = np.where(count > 0, least / 41, 0), greatest / 41
    # A beat's lowest and highest pitch may sound more than once: the first such note's velocity counts.
    for column, extreme in ((45, low), (46, high)):
        hits = np.flatnonzero(pitch == extreme[at])[::-1]
        out[at[hits], column] = velocity[hits] / 41
    return out
