"""Songs as arrays: pieces as the importer writes them (JSON lines), with voices, turned into words once and kept in a cache."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.generator.beats import beat_entries
from training.generator.words import SOURCES, piece_words, words_features

FLOOR = 0.15  # the least that a labelled quadrant counts for, where the recogniser doubts it


@dataclass
class Song:
    id: str
    source: str
    split: str
    quadrant: int  # 1..4, or 0
    mode: int  # 1 major, 2 minor
    words: np.ndarray  # (n, 7)
    features: np.ndarray  # (n, F), after each word
    beat: np.ndarray  # (n,) of each word
    bar: np.ndarray
    step: np.ndarray  # (n,) sixteenths from the start
    bar_starts: np.ndarray  # (bars,) index of each Bar word
    beat_bar: np.ndarray  # (beats,)
    bar_place: np.ndarray  # (beats,) place in the bar, 0..3
    entries: np.ndarray  # (beats, ENTRIES)
    attributes: np.ndarray
    carried: np.ndarray
    emotion: np.ndarray  # (bars, 2)
    shift: int = 0


def bar_emotion(piece):
    """(bars, 2) of what the recogniser hears; a labelled quadrant has the last word on the sides."""
    heard = np.stack([piece["v"], piece["a"]], 1).astype(np.float32)
    if piece["q"]:
        side = np.array([1 if piece["q"] in (1, 4) else -1, 1 if piece["q"] in (1, 2) else -1], np.float32)
        heard = side * np.maximum(FLOOR, side * heard)
    return heard


def skyline(notes):
    """Voices by register alone: highest of a step is melody if it stands apart from the lowest. For tests and first tries."""
    voices = np.full(len(notes), 2)
    by_step = {}
    for i, note in enumerate(notes):
        by_step.setdefault(note[0], []).append(i)
    for group in by_step.values():
        low, high = min(group, key=lambda i: notes[i][1]), max(group, key=lambda i: notes[i][1])
        if notes[low][1] < 55:
            voices[low] = 1
        if high != low and notes[high][1] >= 60:
            voices[high] = 0
    return voices


def make_song(piece, source, voices):
    words = piece_words(piece, voices)
    bars = len(piece["barBeats"])
    ending = np.zeros(bars, np.uint8)
    if source != "emopia":  # whole songs end; a clip is cut
        last = min(4, bars)
        ending[bars - last :] = np.arange(last, 0, -1)
    mode = 1 if piece["key"]["mode"] == "major" else 2
    features, beat, bar, step = words_features(words, ending, mode)
    entries, attributes, carried = beat_entries(words, features, beat)
    lengths = np.array(piece["barBeats"])
    place = np.concatenate([np.arange(n) for n in lengths])
    return Song(piece["id"], source, piece["split"], piece["q"], mode, words, features, beat, bar, step,
                np.flatnonzero(words[:, 2] == 1), np.repeat(np.arange(bars), lengths), place, entries, attributes, carried,
                bar_emotion(piece))  # fmt: skip


def load_songs(folder, sources=SOURCES, voices=None):
    """All songs of `sources`; arrays are kept beside the pieces, in <source>.songs.npz."""
    songs = []
    for source in sources:
        cache = Path(folder, f"{source}.songs.npy")
        pieces = Path(folder, f"{source}.jsonl")
        if cache.exists() and cache.stat().st_mtime > pieces.stat().st_mtime:
            songs += list(np.load(cache, allow_pickle=True))
            continue
        part = []
        with open(pieces) as lines:
            for line in lines:
                piece = json.loads(line)
                if len(piece["barBeats"]) < 2 or not piece["notes"]:
                    continue
                part.append(make_song(piece, source, voices(piece, source) if voices else skyline(piece["notes"])))
        boxed = np.empty(len(part), object)
        boxed[:] = part
        np.save(cache, boxed, allow_pickle=True)
        songs += part
    return songs
