"""Tables of features written by `npm run research -- features --emotion`, with their labels and folds."""

import json

import numpy as np

FOLDS = 5
# VGMIDI is listed series by series. Runs of equal length cut two series in two; these, by the files' titles, cut none.
SERIES_STARTS = (25, 48, 69, 86)


def load_table(folder, name):
    with open(folder / f"{name}.json") as file:
        about = json.load(file)
    rows = np.memmap(folder / f"{name}.f32", dtype="<f4", mode="r").reshape(about["rows"], about["width"])
    return about, rows


class Emopia:
    """Clips with the sign of valence and arousal (1 = high); fold is -1 for val clips, which nothing is fitted on."""

    def __init__(self, about, rows):
        self.names, self.clips, self.rows = about["features"], about["clips"], rows
        quadrant = [clip["quadrant"] for clip in self.clips]
        self.sign = np.array([[q in ("Q1", "Q4"), q in ("Q1", "Q2")] for q in quadrant], np.float32)
        songs = sorted({clip["song"] for clip in self.clips if clip["split"] == "train"})
        np.random.RandomState(0).shuffle(songs)
        fold = {song: i % FOLDS for i, song in enumerate(songs)}
        self.fold = np.array([fold[c["song"]] if c["split"] == "train" else -1 for c in self.clips])

    def whole(self):
        return self.rows[[clip["first"] for clip in self.clips]]

    def training_rows(self):
        """Every copy of every training clip -> rows, signs, folds."""
        index, owner = [], []
        for i, clip in enumerate(self.clips):
            if self.fold[i] >= 0:
                index += range(clip["first"], clip["first"] + clip["copies"] + 1)
                owner += [i] * (clip["copies"] + 1)
        return self.rows[index], self.sign[owner], self.fold[owner]


class Rated:
    """VGMIDI pieces with the listeners' mean valence and arousal for every bar."""

    def __init__(self, about, rows, whole_series=False):
        self.pieces, self.rows, self.leasts = about["pieces"], rows, about["barLeastSeconds"]
        self.bars = [np.stack([p["valence"], p["arousal"]], 1) for p in self.pieces]
        self.fold = np.arange(len(self.pieces)) * FOLDS // len(self.pieces)
        if whole_series:
            self.fold = np.searchsorted(SERIES_STARTS, np.arange(len(self.pieces)), side="right")
        self.centre, self.spread = self.mean().mean(0), self.mean().std(0)

    def whole(self):
        return self.rows[[piece["first"] for piece in self.pieces]]

    def mean(self):
        return np.stack([bars.mean(0) for bars in self.bars])

    def mean_z(self):
        return (self.mean() - self.centre) / self.spread

    def training_rows(self):
        """The whole piece and every crop -> rows, standardised mean rating of the bars covered, folds."""
        index, target, fold = [], [], []
        for i, piece in enumerate(self.pieces):
            spans = [(0, len(self.bars[i]) - 1), *piece["crops"]]
            index += range(piece["first"], piece["first"] + len(spans))
            target += [(self.bars[i][a : b + 1].mean(0) - self.centre) / self.spread for a, b in spans]
            fold += [self.fold[i]] * len(spans)
        return self.rows[index], np.array(target, np.float32), np.array(fold)

    def bar_rows(self, i, least):
        """(bars, features) of piece i: windows of at least `least` seconds of the music."""
        piece, bars, kinds = self.pieces[i], len(self.bars[i]), len(self.leasts)
        rows = self.rows[piece["bars"] : piece["bars"] + bars * kinds]
        return rows.reshape(bars, kinds, -1)[:, self.leasts.index(least)]


def load_emopia(folder):
    return Emopia(*load_table(folder, "emopia"))


def load_ratings(folder, whole_series=False):
    return Rated(*load_table(folder, "vgmidi"), whole_series)
