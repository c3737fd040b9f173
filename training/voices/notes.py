"""Notes as the tagger sees them, and the voices of POP909's notes.

`affetto features --voices` writes a row a note: start, end, end with the pedal (seconds), pitch, velocity, track.
"""

import json
from dataclasses import dataclass

import numpy as np

MELODY, BASS, INNER = range(3)
VOICES = ("melody", "bass", "inner")
TRACK_MELODY, TRACK_BRIDGE, TRACK_PIANO = 1, 2, 3

TOGETHER = 0.05  # onsets no further apart are one chord
SILENCE = 0.1  # the melody is silent where none of its notes sounds within so many seconds
# A bass note still stands for so many seconds after it is struck when what follows lies so many semitones above it.
STANDS = ((2, 0.0), (12, 1.0), (127, 3.0))


@dataclass
class Notes:
    start: np.ndarray
    end: np.ndarray
    sound: np.ndarray
    pitch: np.ndarray
    velocity: np.ndarray
    track: np.ndarray

    def __len__(self):
        return len(self.start)

    def take(self, index):
        return Notes(*(getattr(self, name)[index] for name in self.__dataclass_fields__))


def read_pieces(folder, sets=("pop909", "emopia", "pop1k7")):
    """-> [(set, id, Notes)], notes in the order of the file: start tick, pitch, track."""
    about = json.loads((folder / "voices-notes.json").read_text())
    rows = np.memmap(folder / "voices-notes.f32", "<f4", "r").reshape(-1, about["width"])
    for piece in about["pieces"]:
        if piece["set"] in sets:
            part = np.array(rows[piece["first"] : piece["first"] + piece["notes"]]).T
            yield piece["set"], piece["id"], Notes(*part)


def pop909_voices(notes):
    """Melody: MELODY, and BRIDGE's top line where MELODY is silent. Bass: see `bass_line`. Inner: the rest.

    A note that another track strikes too is the melody's for both.
    """
    melody = notes.track == TRACK_MELODY
    sung = melody.copy()
    bridge = np.flatnonzero(notes.track == TRACK_BRIDGE)
    starts, ends = notes.start[sung], np.maximum.accumulate(notes.end[sung]) if sung.any() else notes.end[sung]
    for i in bridge:
        before = np.searchsorted(starts, notes.start[i] + SILENCE) - 1
        is_silent = before < 0 or ends[before] < notes.start[i] - SILENCE
        if is_silent and _is_top(notes, bridge, i):
            melody[i] = True
    by_pitch = {p: np.sort(notes.start[melody & (notes.pitch == p)]) for p in np.unique(notes.pitch[melody])}
    for i in np.flatnonzero(~melody):
        own = by_pitch.get(notes.pitch[i])
        if own is not None:
            at = np.searchsorted(own, notes.start[i] - TOGETHER)
            melody[i] = at < len(own) and own[at] <= notes.start[i] + TOGETHER
    voices = np.full(len(notes), INNER, np.int8)
    voices[bass_line(notes, melody)] = BASS
    voices[melody] = MELODY
    return voices


def _is_top(notes, part, i):
    low, high = np.searchsorted(notes.start[part], [notes.start[i] - TOGETHER, notes.start[i] + TOGETHER])
    return notes.pitch[part[low:high]].max(initial=0) <= notes.pitch[i]


def bass_line(notes, melody):
    """The lowest sounding line of the accompaniment: indices.

    Chord by chord, the lowest note struck is bass where it lies below the melody that sounds and no bass note below it
    still stands: one stands while it sounds, and a while longer the further what follows leaps above it (STANDS), so that the
    upper notes of a broken chord are no bass, pedal or not, and a bass that walks is.
    """
    order = np.flatnonzero(~melody)
    tune = np.flatnonzero(melody)
    out = []
    last = None
    top = 0
    at = 0
    held = []
    while at < len(order):
        group = [order[at]]
        at += 1
        while at < len(order) and notes.start[order[at]] <= notes.start[group[0]] + TOGETHER:
            group.append(order[at])
            at += 1
        now = notes.start[group[0]]
        while top < len(tune) and notes.start[tune[top]] <= now + TOGETHER:
            held.append(tune[top])
            top += 1
        held = [i for i in held if notes.end[i] > now]
        low = min(group, key=lambda i: notes.pitch[i])
        if any(notes.pitch[i] <= notes.pitch[low] for i in held):
            continue
        if last is not None and notes.pitch[last] < notes.pitch[low]:
            rise = notes.pitch[low] - notes.pitch[last]
            stands = next(seconds for semitones, seconds in STANDS if rise <= semitones)
            if now < max(notes.sound[last] - TOGETHER, notes.start[last] + stands):
                continue
        out.append(low)
        last = low
    return np.array(out, int)


def one_piano(notes, voices):
    """What one piano can play: a key struck twice at once is one note, the melody's if any; a new stroke ends the old."""
    order = np.lexsort((voices != MELODY, notes.start, notes.pitch))
    start, pitch = notes.start[order], notes.pitch[order]
    same = np.r_[False, (pitch[1:] == pitch[:-1]) & (start[1:] - start[:-1] <= TOGETHER)]
    first = np.maximum.accumulate(np.where(same, 0, np.arange(len(order))))
    is_melody = np.zeros(len(order), bool)
    np.logical_or.at(is_melody, first, voices[order] == MELODY)
    kept = order[~same]
    out = notes.take(kept)
    labels = np.where(is_melody[~same], MELODY, voices[kept]).astype(np.int8)
    again = np.r_[np.where(out.pitch[1:] == out.pitch[:-1], out.start[1:], np.inf), np.inf]
    out.end = np.minimum(out.end, again)
    out.sound = np.minimum(out.sound, again)
    index = np.lexsort((out.pitch, out.start))
    return out.take(index), labels[index]
