"""Crops of songs as batches of tensors, for the codec (words) and the prior (beats)."""

import numpy as np
import torch

from training.generator.beats import ATTRIBUTES, GROUPS, OFFSETS
from training.generator.returns import REFERENCE, lag_of
from training.generator.words import (
    CHORD,
    CHORD_STATE,
    CONTINUE,
    ENDING,
    MODE,
    SIZES,
    SOURCES,
    TEMPO,
    TEMPO_STATE,
    VELOCITY,
    start_features,
)


def song_weights(songs, shares):
    """Chance of each song: its source's share (of those present) times its part of the source's bars."""
    weights = np.array([len(s.bar_starts) for s in songs], float)
    total = np.zeros(len(songs))
    for source in {s.source for s in songs}:
        mine = np.array([s.source == source for s in songs])
        total += mine * weights / weights[mine].sum() * shares[source]
    return total / total.sum()


def word_crop(song, first_bar, steps):
    """Up to `steps` words from the start of a bar; the crop's first beat says its tempo and chord outright, as every beginning does."""
    start = song.bar_starts[first_bar]
    end = min(start + steps, len(song.words))
    words, features = song.words[start:end].copy(), song.features[start:end].copy()
    for element, state in ((TEMPO, TEMPO_STATE), (CHORD, CHORD_STATE)):
        if words[1, element] == CONTINUE:
            words[1, element] = features[1, element] = features[1, state]
    features[0, [TEMPO_STATE, CHORD_STATE]] = 0
    first = start_features()
    first[[ENDING, MODE]] = features[0, [ENDING, MODE]]
    first_beat = song.beat[start]
    references = song.references[start:end].copy()
    references[0] = 0
    beats = slice(first_beat, min(song.beat[end - 1] + 2, len(song.entries)))  # the last step sees the next beat's slices
    pointer, step = song.beat[start:end] - first_beat + 1, song.step[start:end] - song.step[start]
    return {"words": words, "features": np.concatenate([first[None], features[:-1]]),
            "references": references, "pointer": np.concatenate([[0], pointer[:-1]]), "step": np.concatenate([[0], step[:-1]]),
            "entries": song.entries[beats], "attributes": song.attributes[beats], "carried": song.carried[beats],
            "emotion": song.emotion[song.beat_bar[beats]], "source": SOURCES.index(song.source)}  # fmt: skip


TOLD = list(REFERENCE).index("tempo")  # the words' first column among the references
MOST_VARIED = {"velocity": 2, "tempo": 2}  # values up or down; six of velocity, six in a hundred of tempo


def moved(array, low, high, by):
    """Values of `low` or more, by so many up or down and no further than the ends; the others as they are."""
    return np.where(array >= low, np.clip(array.astype(int) + by, low, high), array).astype(array.dtype)


def varied(row, rng):
    """The crop played a little louder or softer, faster or slower, so that a small source is not learnt by heart."""
    loud, fast = (int(rng.integers(-most, most + 1)) for most in MOST_VARIED.values())
    out = {**row, **{name: row[name].copy() for name in ("words", "features", "references", "entries", "attributes")}}
    first, count = OFFSETS["velocity"], GROUPS["velocity"][1]
    slots = 1 + np.arange(count) * SIZES["velocity"]
    entries = out["entries"][:, first : first + count]
    entries[:] = np.where(entries > 0, slots + moved(np.where(entries > 0, entries - slots, 0), 1, SIZES["velocity"] - 1, loud), 0)
    tempo = out["entries"][:, OFFSETS["tempo"]]
    tempo[:] = 1 + moved(tempo - 1, CONTINUE + 1, SIZES["tempo"] - 1, fast)
    words, features, told = out["words"], out["features"], out["references"]
    for array, column in ((words, VELOCITY), (features, VELOCITY), (told, TOLD + VELOCITY)):
        array[:, column] = moved(array[:, column], 1, SIZES["velocity"] - 1, loud)
    for array, column in ((words, TEMPO), (features, TEMPO), (features, TEMPO_STATE), (told, TOLD + TEMPO)):
        array[:, column] = moved(array[:, column], CONTINUE + 1, SIZES["tempo"] - 1, fast)
    for element, by in (("velocity", loud), ("tempo", fast)):
        column = ATTRIBUTES.index(element)
        out["attributes"][:, column] += np.where(out["carried"][:, column], by, 0)
    return out


def pad(array, length):
    return np.concatenate([array, np.zeros((length - len(array), *array.shape[1:]), array.dtype)])


def stacked(rows, name, length, dtype):
    return torch.from_numpy(np.stack([pad(r[name], length) for r in rows]).astype(dtype))


def word_batch(rows, rng, withhold, plan_only):
    steps, beats = max(len(r["words"]) for r in rows), max(len(r["entries"]) for r in rows)
    batch = {name: stacked(rows, name, steps, np.int32) for name in ("words", "features", "references", "pointer", "step")}
    batch["entries"] = stacked(rows, "entries", beats, np.int32)
    batch["attributes"] = stacked(rows, "attributes", beats, np.float32)
    batch["carried"] = stacked(rows, "carried", beats, bool)
    batch["emotion"] = stacked(rows, "emotion", beats, np.float32)
    batch["pointer"] = batch["pointer"].long()
    for name, at in (("mask", "words"), ("beat_mask", "entries")):
        lengths = torch.tensor([len(r[at]) for r in rows])
        batch[name] = torch.arange(batch[at].shape[1])[None] < lengths[:, None]
    batch["source"] = torch.tensor([r["source"] for r in rows])
    draws = torch.from_numpy(rng.random((3, len(rows))))
    batch["withheld"], batch["plan_only"] = draws[0] < withhold, draws[2] < plan_only
    batch["features"][draws[1] < withhold, :, MODE] = 0
    return batch


COOLING = 0.6  # of the course; from here on the learning rate falls, and the shares of the sources go to their last ones


class Crops:
    """Songs drawn at random: a source by its share, which moves while the learning rate falls, a song by its bars."""

    def __init__(self, songs, config, shares, last_shares, seed):
        self.songs, self.config = [s for s in songs if len(s.bar_starts) > 2], config
        self.weights = song_weights(self.songs, shares), song_weights(self.songs, last_shares)
        self.rng = np.random.default_rng(seed)

    def draw_songs(self, count, progress):
        late = min(1, max(0, (progress - COOLING) / (1 - COOLING)))
        weights = (1 - late) * self.weights[0] + late * self.weights[1]
        return [self.songs[i] for i in self.rng.choice(len(self.songs), count, p=weights)]


class WordCrops(Crops):
    """Endless batches of random crops of words."""

    def draw(self, progress):
        spec, rows = self.config, []
        for song in self.draw_songs(spec["batch"], progress):
            # Late starts would give short rows: the last crop that fills `steps` is where drawing ends.
            last = np.searchsorted(song.bar_starts, max(0, len(song.words) - spec["steps"]), side="right")
            rows.append(varied(word_crop(song, int(self.rng.integers(0, max(1, last))), spec["steps"]), self.rng))
        return word_batch(rows, self.rng, spec["withhold"], spec["planOnly"])


def word_checks(songs, config, limit, plan_only):
    """The same crops each time: `limit` of the starts and the middles of songs, nothing withheld."""
    rng = np.random.default_rng(0)
    rows = [word_crop(s, b, config["steps"]) for s in songs for b in range(0, max(1, len(s.bar_starts) - 2), 16)]
    rows = [rows[i] for i in sorted(rng.choice(len(rows), min(limit, len(rows)), replace=False))]
    rows.sort(key=lambda r: len(r["words"]))
    for i in range(0, len(rows), config["batch"]):
        yield word_batch(rows[i : i + config["batch"]], rng, 0, float(plan_only))


LAG_OF = np.array([0, *(lag_of(value) for value in range(1, REFERENCE["returns"]))])


def beat_crop(song, codes, first_bar, beats):
    """Up to `beats` beats from the start of a bar. codes (song's beats, groups): the plan. "returns": of a beat's bar and of the beat
    before; "reference": codes of the beat that comes back, -1 where none does."""
    start = int(np.searchsorted(song.beat_bar, first_bar))
    end = min(start + beats, len(codes))
    bar = song.beat_bar[start:end]
    ending = song.features[song.bar_starts[bar], ENDING]
    features = np.stack([song.bar_place[start:end], ending, np.full(end - start, song.mode), bar % 8], 1)
    beat = np.arange(start, end)
    returns = song.returns[bar].astype(np.int64)
    before = song.returns[song.beat_bar[np.maximum(beat - 1, 0)]].astype(np.int64)
    before[0] = 0
    back = song.first_beat[np.where(returns > 0, bar - LAG_OF[returns], bar)] + beat - song.first_beat[bar]
    there = (returns > 0) & (song.bar_place[back] == song.bar_place[start:end])  # a bar of fewer beats has no such beat
    reference = np.where(there[:, None], codes[back], -1)
    return {"codes": codes[start:end], "returns": np.stack([returns, before], 1), "reference": reference,
            "beat_features": features, "emotion": song.emotion[bar], "source": SOURCES.index(song.source)}  # fmt: skip


def beat_batch(rows, rng, withhold):
    beats = max(len(r["codes"]) for r in rows)
    batch = {"codes": stacked(rows, "codes", beats, np.int64), "returns": stacked(rows, "returns", beats, np.int64),
             "reference": stacked(rows, "reference", beats, np.int64), "beat_features": stacked(rows, "beat_features", beats, np.int64),
             "emotion": stacked(rows, "emotion", beats, np.float32)}  # fmt: skip
    batch["mask"] = torch.arange(beats)[None] < torch.tensor([len(r["codes"]) for r in rows])[:, None]
    batch["source"] = torch.tensor([r["source"] for r in rows])
    draws = torch.from_numpy(rng.random((2, len(rows))))
    batch["withheld"] = draws[0] < withhold
    batch["beat_features"][draws[1] < withhold, :, 2] = 0
    return batch


class BeatCrops(Crops):
    """Endless batches of random crops of the plan's codes, {(source, id): (beats, groups)}."""

    def __init__(self, codes, *crops):
        super().__init__(*crops)
        self.codes = codes

    def draw(self, progress):
        spec, rows = self.config, []
        for song in self.draw_songs(spec["priorBatch"], progress):
            codes = self.codes[song.source, song.id]
            last = song.beat_bar[max(0, len(codes) - spec["beats"])] + 1
            rows.append(beat_crop(song, codes, int(self.rng.integers(0, last)), spec["beats"]))
        return beat_batch(rows, self.rng, spec["withhold"])


def beat_checks(songs, codes, config, limit):
    rng = np.random.default_rng(0)
    rows = [beat_crop(s, codes[s.source, s.id], b, config["beats"]) for s in songs for b in range(0, max(1, len(s.bar_starts) - 2), 24)]
    rows = [rows[i] for i in sorted(rng.choice(len(rows), min(limit, len(rows)), replace=False))]
    for i in range(0, len(rows), config["priorBatch"]):
        yield beat_batch(rows[i : i + config["priorBatch"]], rng, 0)
