"""Songs as arrays, and batches cut out of them.

Reads what `npm run research -- dataset` writes: <source>.words.bin (words x 7 bytes) and <source>.json (songs). Emotion labels come
from the recogniser (training/recogniser/train.py), as valence and arousal at times in seconds; each bar takes the value at its middle.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from training.muser.features import VELOCITY_COLUMNS, beat_features, start_features, step_features, velocity_features
from training.muser.vocabulary import (
    BAR,
    BAR_BEAT,
    CHORD,
    CONTINUE,
    ENDING,
    FEATURES,
    FORM,
    METRICAL,
    MODE,
    NOTE,
    PITCH,
    SOURCES,
    TEMPO,
    TYPE,
    VELOCITY,
)

REF_PITCH, REF_ONSET = (list(FEATURES).index(name) for name in ("refPitch", "refOnset"))
CHORD_STATE, TEMPO_STATE = (list(FEATURES).index(name) for name in ("chordState", "tempoState"))


@dataclass
class Song:
    id: str
    source: str
    split: str
    quadrant: int  # 1..4, or 0 where the source gives none
    words: np.ndarray  # (n, 7)
    features: np.ndarray  # (n, 17), after each word
    pointer: np.ndarray  # (n,) beat of each word
    bar: np.ndarray  # (n,) bar of each word
    bar_starts: np.ndarray  # (bars,) index of each Bar word
    bar_beats: np.ndarray  # (bars,)
    form: np.ndarray  # (bars,)
    beat_ints: np.ndarray
    beat_floats: np.ndarray
    emotion: np.ndarray  # (bars, 2)
    mode: int  # 1 major, 2 minor

    @property
    def beat_bar(self):
        """(beats,) the bar of each beat."""
        return np.repeat(np.arange(len(self.bar_beats)), self.bar_beats)


def load_songs(folder, source, labels=None, cache=True):
    """All songs of a source. `labels`: path of the recogniser's labels, or None for emotion 0 everywhere."""
    folder = Path(folder)
    meta = json.loads((folder / f"{source}.json").read_text())
    words = np.fromfile(folder / f"{source}.words.bin", np.uint8).reshape(-1, 7)
    marks = json.loads(Path(labels).read_text()) if labels else {}
    songs = []
    for entry in meta["songs"]:
        part = words[entry["start"] : entry["start"] + entry["length"]]
        songs.append(make_song(entry, source, part, marks.get(entry["id"])))
    return songs


def make_song(entry, source, words, label):
    bar_starts = np.flatnonzero((words[:, TYPE] == METRICAL) & (words[:, BAR_BEAT] == BAR))
    bars = len(bar_starts)
    ending = np.zeros(bars, np.uint8)
    if source == "pop1k7":  # whole songs: their last bars are endings; a clip's last bar is a cut
        last = min(4, bars)
        ending[bars - last :] = np.arange(last, 0, -1)
    form = np.array(entry["form"], np.int64)
    features, pointer, bar = step_features(words, form, ending)
    beats = int(pointer[-1]) + 1
    ints, floats = beat_features(words, features, pointer, beats)
    lengths = np.array(entry["secondsPerBar"], float)
    middle = entry.get("startSeconds", 0) + np.cumsum(lengths) - lengths / 2  # in seconds of the original file
    emotion = np.zeros((bars, 2), np.float32)
    if label:
        for column, name in enumerate(("valence", "arousal")):
            emotion[:, column] = np.interp(middle, label["times"], label[name]) if label["times"] else label["whole"][name]
    quadrant = entry.get("quadrant") or 0
    mode = 1 if entry["key"]["mode"] == "major" else 2
    return Song(entry["id"], source, entry["split"], int(str(quadrant).lstrip("Q") or 0), words, features, pointer, bar,
                bar_starts, np.array(entry["barBeats"]), form, ints, floats.astype(np.float16), emotion, mode)  # fmt: skip


def crop(song, first_bar, steps, touch=None):
    """A crop of up to `steps` words from the start of a bar: numpy arrays as a batch row needs them.

    `touch` (scale, shift): loudness augmentation, velocity values moved about their mean. Pop1k7's velocities all lie
    between 40 and 82; without it the book would have no codes for pp and ff.
    """
    start = song.bar_starts[first_bar]
    end = min(start + steps, len(song.words))
    words, features = song.words[start:end].copy(), song.features[start:end].copy()
    bar = song.bar[start:end]
    # The crop's first beat says its tempo and chord outright, as every beginning does.
    for element, state in ((TEMPO, TEMPO_STATE), (CHORD, CHORD_STATE)):
        if words[1, element] == CONTINUE:
            words[1, element] = features[1, element] = features[1, state]
    features[0, [TEMPO_STATE, CHORD_STATE]] = 0
    # Bars that return to something before the crop have no reference in it.
    lost = bar - song.form[bar] < first_bar
    features[lost, FORM] = features[lost, REF_PITCH] = 0
    features[lost, REF_ONSET] = 17
    features[:, MODE] = song.mode
    first = start_features()
    first[[ENDING, MODE]] = features[0, [ENDING, MODE]]
    first_beat, last_beat = song.pointer[start], song.pointer[end - 1]
    beats = slice(first_beat, min(last_beat + 2, len(song.beat_ints)))  # one beat more: the last step sees the next slice
    pointer = song.pointer[start:end] - first_beat + 1
    beat_floats = song.beat_floats[beats]
    if touch:
        whole = slice(start, np.searchsorted(song.pointer, beats.stop))  # to the end of the last beat that is heard
        played, at = song.words[whole], song.pointer[whole] - first_beat
        notes = played[:, TYPE] == NOTE
        velocity = played[notes, VELOCITY].astype(float)
        middle = velocity.mean() if len(velocity) else 0
        velocity = np.clip(np.rint(middle + touch[0] * (velocity - middle) + touch[1]), 1, 41).astype(int)
        beat_floats = beat_floats.copy()
        beat_floats[:, VELOCITY_COLUMNS] = velocity_features(at[notes], played[notes, PITCH], velocity, len(beat_floats))
        moved = np.zeros(len(played), int)
        moved[notes] = velocity
        for array in (words, features):
            array[:, VELOCITY] = moved[: len(words)]
    return {
        "words": words,
        "features": np.concatenate([first[None], features[:-1]]),
        "pointer": np.concatenate([[0], pointer[:-1]]),
        "beat_ints": song.beat_ints[beats],
        "beat_floats": beat_floats,
        "emotion": song.emotion[song.beat_bar[beats]],
        "quadrant": song.quadrant,
        "source": SOURCES.index(song.source),
    }


def collate(rows, rng, withhold=0.15):
    """Pads rows to a batch of tensors. Emotion and mode are withheld at random, each for whole rows."""
    steps = max(len(r["words"]) for r in rows)
    beats = max(len(r["beat_ints"]) for r in rows)
    batch = {}
    for name in ("words", "features", "pointer"):
        batch[name] = torch.from_numpy(np.stack([pad(r[name], steps) for r in rows]).astype(np.int32))
    for name in ("beat_ints", "beat_floats", "emotion"):
        batch[name] = torch.from_numpy(np.stack([pad(r[name], beats) for r in rows]))
    batch["mask"] = torch.tensor([[t < len(r["words"]) for t in range(steps)] for r in rows])
    batch["beat_mask"] = torch.tensor([[t < len(r["beat_ints"]) for t in range(beats)] for r in rows])
    batch["emotion"] = batch["emotion"].float()
    for name in ("quadrant", "source"):
        batch[name] = torch.tensor([r[name] for r in rows])
    draws = rng.random((2, len(rows)))
    batch["withheld"] = torch.from_numpy(draws[0] < withhold)
    batch["features"][torch.from_numpy(draws[1] < withhold), :, MODE] = 0
    return batch


def pad(array, length):
    return np.concatenate([array, np.zeros((length - len(array), *array.shape[1:]), array.dtype)])


def paper_features(batch, withheld_emotion=False):
    """The paper's inputs: seven elements and the emotion, which only the first step carries; positions ignored."""
    features = torch.zeros(*batch["words"].shape[:2], 8, dtype=torch.int32)
    features[..., :7] = batch["features"][..., :7]
    features[:, 0, 7] = 0 if withheld_emotion else batch["quadrant"].int() * ~batch["withheld"]
    return features


def song_weights(songs, balance=None):
    """Chance of each song: its share of the bars; `balance` gives EMOPIA that share of the whole."""
    weights = np.array([len(s.bar_starts) for s in songs], float)
    human = np.array([s.source == "emopia" for s in songs])
    if balance is not None and human.any() and not human.all():
        weights[human] *= balance / weights[human].sum()
        weights[~human] *= (1 - balance) / weights[~human].sum()
    return weights / weights.sum()


class Crops:
    """Endless batches of random crops; songs are drawn in proportion to their bars."""

    def __init__(self, songs, batch, steps, seed, beat_rate=True, withhold=0.15, min_bars=2, touch=0.0, balance=None):
        self.songs = [s for s in songs if len(s.bar_starts) > min_bars]
        self.weights = song_weights(self.songs, balance)
        self.batch, self.steps, self.beat_rate, self.withhold, self.min_bars = batch, steps, beat_rate, withhold, min_bars
        self.touch = touch  # share of crops whose loudness is moved
        self.rng = np.random.default_rng(seed)

    def draw(self):
        rows = []
        for i in self.rng.choice(len(self.songs), self.batch, p=self.weights):
            song = self.songs[i]
            bars = len(song.bar_starts)
            touch = (self.rng.uniform(0.7, 2.0), self.rng.uniform(-12, 14)) if self.rng.random() < self.touch else None
            rows.append(crop(song, int(self.rng.integers(0, max(1, bars - self.min_bars))), self.steps, touch))
        batch = collate(rows, self.rng, self.withhold)
        if not self.beat_rate:
            batch["features"] = paper_features(batch)
        return batch


def fixed_batches(songs, batch, steps, limit, beat_rate=True, bars_apart=8):
    """The same crops each time, for validation: every `bars_apart` bars of every song, at most `limit` crops."""
    rng = np.random.default_rng(0)
    rows = [crop(s, b, steps) for s in songs for b in range(0, max(1, len(s.bar_starts) - 2), bars_apart)]
    if len(rows) > limit:
        rows = [rows[i] for i in sorted(rng.choice(len(rows), limit, replace=False))]
    rows.sort(key=lambda r: len(r["words"]))
    for i in range(0, len(rows), batch):
        out = collate(rows[i : i + batch], rng, withhold=0)
        if not beat_rate:
            out["features"] = paper_features(out)
        yield out
