"""Notes as the tagger sees them, and the voices of POP909's notes.

`npm run research -- features --voices` writes a row a note: start, end, end with the pedal (seconds), pitch, velocity, track.
"""

import json
from dataclasses import dataclass

import numpy as np

MELODY, BASS, INNER, SECOND = range(4)  # SECOND: what the network tells apart besides, see `settle`
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


def pop909_lines(notes):
    """Melody: MELODY. Second: BRIDGE. Bass: see `bass_line`. Inner: the rest. What strikes a key with the melody is melody."""
    melody = notes.track == TRACK_MELODY
    by_pitch = {p: np.sort(notes.start[melody & (notes.pitch == p)]) for p in np.unique(notes.pitch[melody])}
    for i in np.flatnonzero(~melody):
        own = by_pitch.get(notes.pitch[i])
        if own is not None:
            at = np.searchsorted(own, notes.start[i] - TOGETHER)
            melody[i] = at < len(own) and own[at] <= notes.start[i] + TOGETHER
    second = ~melody & (notes.track == TRACK_BRIDGE)
    lines = np.full(len(notes), INNER, np.int8)
    lines[second] = SECOND
    lines[bass_line(notes, melody | second)] = BASS
    lines[melody] = MELODY
    return lines


def settle(start, end, pitch, lines):
    """Four lines -> three voices: the top of the second line is melody where the melody is silent, and its other notes are inner.

    Notes in any order by start within TOGETHER.
    """
    voices = np.where(lines == SECOND, INNER, lines).astype(np.int8)
    sung = np.flatnonzero(lines == MELODY)
    order = sung[np.argsort(start[sung], kind="stable")]
    starts, ends = start[order], np.maximum.accumulate(end[order]) if len(order) else end[order]
    second = np.flatnonzero(lines == SECOND)
    second = second[np.argsort(start[second], kind="stable")]
    for i in second:
        before = np.searchsorted(starts, start[i] + SILENCE, side="right") - 1
        if before >= 0 and ends[before] > start[i] - SILENCE:
            continue
        low, high = np.searchsorted(start[second], [start[i] - TOGETHER, start[i] + TOGETHER])
        if pitch[second[low:high]].max(initial=0) <= pitch[i]:
            voices[i] = MELODY
    return voices


def pop909_voices(notes):
    return settle(notes.start, notes.end, notes.pitch, pop909_lines(notes))


def bass_line(notes, melody):
    """The lowest sounding line of what is no melody: indices.

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


def one_piano(notes, lines):
    """What one piano can play: a key struck twice at once is one note, the melody's if any; a new stroke ends the old."""
    order = np.lexsort((lines != MELODY, notes.start, notes.pitch))
    start, pitch = notes.start[order], notes.pitch[order]
    same = np.r_[False, (pitch[1:] == pitch[:-1]) & (start[1:] - start[:-1] <= TOGETHER)]
    first = np.maximum.accumulate(np.where(same, 0, np.arange(len(order))))
    is_melody = np.zeros(len(order), bool)
    np.logical_or.at(is_melody, first, lines[order] == MELODY)
    kept = order[~same]
    out = notes.take(kept)
    labels = np.where(is_melody[~same], MELODY, lines[kept]).astype(np.int8)
    again = np.r_[np.where(out.pitch[1:] == out.pitch[:-1], out.start[1:], np.inf), np.inf]
    out.end = np.minimum(out.end, again)
    out.sound = np.minimum(out.sound, again)
    index = np.lexsort((out.pitch, out.start))
    return out.take(index), labels[index]
