"""Batches for the priors: whole songs turned into codes once by a frozen codec, then random crops of them."""

import numpy as np
import torch

from training.muser.data import collate, crop, pad, song_weights
from training.muser.vocabulary import SOURCES


@torch.no_grad()
def song_codes(codec, song):
    """(beats, books) codes of a song: the beat encoder sees each beat alone, so any order will do."""
    ints, floats = torch.from_numpy(song.beat_ints)[None], torch.from_numpy(song.beat_floats)[None]
    slices = codec.encoder(ints, floats, torch.ones(1, len(song.beat_ints), dtype=torch.bool))
    return torch.stack([codec.books[name].nearest(z) for name, z in slices.items()], 1).numpy().astype(np.int16)


class BeatCrops:
    """Random crops of `beats` beats from a bar line; references that lie before the crop count as none."""

    def __init__(self, codec, songs, batch, beats, seed, withhold=0.15, balance=None):
        codec.eval()
        self.songs = [s for s in songs if len(s.bar_starts) > 3]
        self.codes = [song_codes(codec, s) for s in self.songs]
        self.firsts = [np.concatenate([[0], np.cumsum(s.bar_beats)]) for s in self.songs]
        self.weights, self.batch, self.beats, self.withhold = song_weights(self.songs, balance), batch, beats, withhold
        self.rng = np.random.default_rng(seed)

    def row(self, i, first_bar):
        song, codes, firsts = self.songs[i], self.codes[i], self.firsts[i]
        start, end = firsts[first_bar], min(firsts[first_bar] + self.beats, len(codes))
        bar = song.beat_bar[start:end]
        in_bar = np.arange(start, end) - firsts[bar]
        form = np.where(bar - song.form[bar] >= first_bar, song.form[bar], 0)
        source = firsts[bar - form] + in_bar
        has = (form > 0) & (in_bar < song.bar_beats[bar - form])
        ref = np.where(has[:, None], codes[np.where(has, source, 0)], -1)
        ends = np.arange(start, end) + 1 == firsts[bar + 1]
        follows = ends & (bar + 1 < len(song.form))
        later = np.minimum(bar + 1, len(song.form) - 1)
        next_form = np.where(follows, np.where(later - song.form[later] >= first_bar, song.form[later], 0), -1)
        endings = song.features[song.bar_starts[bar], 12]
        return {
            "codes": codes[start:end],
            "ref": ref,
            "features": np.stack([in_bar, endings, np.full(len(bar), song.mode), form], 1),
            "emotion": song.emotion[bar],
            "next_form": next_form,
            "source": SOURCES.index(song.source),
        }

    def stack(self, rows, withhold):
        n = max(len(r["codes"]) for r in rows)
        batch = {k: torch.from_numpy(np.stack([pad(r[k], n) for r in rows])) for k in rows[0] if k != "source"}
        batch = {k: v.float() if v.is_floating_point() else v.int() for k, v in batch.items()}
        batch["mask"] = torch.tensor([[t < len(r["codes"]) for t in range(n)] for r in rows])
        batch["next_form"][~batch["mask"]] = -1
        batch["source"] = torch.tensor([r["source"] for r in rows])
        draws = self.rng.random((2, len(rows)))
        batch["withheld"] = torch.from_numpy(draws[0] < withhold)
        batch["features"][torch.from_numpy(draws[1] < withhold), :, 2] = 0
        return batch

    def draw(self):
        rows = []
        for i in self.rng.choice(len(self.songs), self.batch, p=self.weights):
            rows.append(self.row(i, int(self.rng.integers(0, len(self.songs[i].bar_starts) - 2))))
        return self.stack(rows, self.withhold)

    def fixed(self, limit):
        rows = [self.row(i, b) for i, s in enumerate(self.songs) for b in range(0, max(1, len(s.bar_starts) - 2), 16)]
        rows = rows[:: max(1, len(rows) // limit)]
        return [self.stack(rows[i : i + self.batch], 0) for i in range(0, len(rows), self.batch)]


class WordCrops:
    """Codes of crops of words for the paper's prior; the encoder looks at whole crops, so they are encoded as they come."""

    def __init__(self, codec, songs, batch, steps, seed, remap, balance=None):
        self.codec, self.remap = codec.eval(), torch.from_numpy(remap)
        self.songs = [s for s in songs if len(s.bar_starts) > 2]
        self.weights, self.batch, self.steps = song_weights(self.songs, balance), batch, steps
        self.rng = np.random.default_rng(seed)

    def stack(self, pairs):
        batch = collate([crop(s, b, self.steps) for s, b in pairs], self.rng)
        # In bf16 here too, wherever it is called from: codes that lie close together fall out otherwise in another precision,
        # and a prior that learnt the one kind is no judge of the other.
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            _, index, _, _ = self.codec.quantize(batch)
        codes = self.remap[index]
        codes[~batch["mask"]] = -1
        ended = torch.tensor([s.bar_starts[b] + self.steps > len(s.words) for s, b in pairs])
        ended &= batch["mask"].sum(1) < self.steps
        return {"codes": codes, "quadrant": batch["quadrant"] * ~batch["withheld"], "ended": ended}

    def draw(self):
        picks = self.rng.choice(len(self.songs), self.batch, p=self.weights)
        return self.stack([(self.songs[i], int(self.rng.integers(0, len(self.songs[i].bar_starts) - 1))) for i in picks])

    def fixed(self, limit):
        pairs = [(s, b) for s in self.songs for b in range(0, len(s.bar_starts) - 1, 8)]
        pairs = pairs[:: max(1, len(pairs) // limit)]
        return [self.stack(pairs[i : i + self.batch]) for i in range(0, len(pairs), self.batch)]
