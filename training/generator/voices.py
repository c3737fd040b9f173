"""The voice of each note of a piece: the tagger's labels of the file's notes, found again on the grid."""

from collections import defaultdict
from pathlib import Path

import numpy as np

INNER = 2


def voices_of(piece, labels):
    """0 melody, 1 bass, 2 inner for each note of a piece.

    `labels`: one for each of the file's notes (`piece["raw"]`: start in seconds and pitch). A note of the grid takes the label
    of the stroke of its key that lies nearest to it.
    """
    beats = np.array([*piece["beatTimes"], piece["end"]])
    strokes = defaultdict(list)
    for (start, pitch), label in zip(piece["raw"], labels, strict=True):
        strokes[pitch].append((start, label))
    out = []
    for step, pitch, _, _, offset in piece["notes"]:
        at = np.interp((step + offset) / 4, np.arange(len(beats)), beats)
        near = strokes.get(pitch)
        out.append(min(near, key=lambda s: abs(s[0] - at))[1] if near else INNER)
    return np.array(out)


def labelled(folder):
    """-> a function (piece, source) -> voices, from <folder>/<source>/<id>.npy; notes of the files in order of start, then pitch."""

    def of(piece, source):
        return voices_of(piece, np.load(Path(folder, source, f"{piece['id']}.npy")))

    return of
