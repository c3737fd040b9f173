"""Writes latent-map.json into a weights folder: for each element a plane on which EMOPIA's training clips lie, by quadrant.

A clip is the mean of its quantised slices over its beats. The plane is linear, so that any clip can be put on it: the two
directions that separate the quadrants best (Fisher's discriminants), fitted on training clips, scaled to -1..1.

  python -m training.muser.latent_map --codec training/runs/affetto/codec-frozen.pt --data training/data --out resources/models/affetto
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import torch

from training.muser.data import load_songs
from training.muser.export import write_whole
from training.muser.model import Codec
from training.muser.vocabulary import ELEMENTS


@torch.no_grad()
def clip_slices(codec, song):
    """{element: (width,)} mean quantised slice of a song."""
    ints, floats = torch.from_numpy(song.beat_ints)[None], torch.from_numpy(song.beat_floats)[None]
    slices = codec.encoder(ints, floats, torch.ones(1, len(song.beat_ints), dtype=torch.bool))
    parts = {}
    for book in codec.config["books"]:
        codes = codec.books[book["name"]]
        mean = codes.codes[codes.nearest(slices[book["name"]])].mean(0).numpy()
        parts.setdefault(book["element"], []).append(mean)
    return {e: np.concatenate(p) for e, p in parts.items()}


def discriminants(x, labels, ridge=1e-2):
    """Two directions (width, 2): the leading eigenvectors of within^-1 between."""
    centre = x.mean(0)
    within, between = np.zeros((x.shape[1],) * 2), np.zeros((x.shape[1],) * 2)
    for q in np.unique(labels):
        part = x[labels == q]
        gap = part.mean(0) - centre
        within += (part - part.mean(0)).T @ (part - part.mean(0)) / len(x)
        between += len(part) / len(x) * np.outer(gap, gap)
    within += ridge * np.trace(within) / len(within) * np.eye(len(within))
    values, vectors = np.linalg.eig(np.linalg.solve(within, between))
    return np.real(vectors[:, np.argsort(-np.real(values))[:2]])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codec", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    state = torch.load(args.codec, weights_only=False)
    codec = Codec(state["config"])
    codec.load_state_dict(state["model"])
    codec.eval()
    songs = [s for s in load_songs(args.data, "emopia") if s.split == "train"]
    labels = np.array([s.quadrant for s in songs])
    slices = [clip_slices(codec, s) for s in songs]
    out = {"projection": {}}
    for e in ELEMENTS:
        x = np.stack([s[e] for s in slices])
        axes = discriminants(x, labels)
        plane = (x - x.mean(0)) @ axes
        axes = axes / np.percentile(np.abs(plane), 99, axis=0)
        # Excited up, pleasant to the right: the way the emotion pad lies, wherever the element separates them at all.
        plane = (x - x.mean(0)) @ axes
        up, right = np.isin(labels, (1, 2)) * 2.0 - 1, np.isin(labels, (1, 4)) * 2.0 - 1
        if abs(np.corrcoef(plane[:, 0], up)[0, 1]) > abs(np.corrcoef(plane[:, 0], right)[0, 1]):
            axes = axes[:, ::-1]
        plane = (x - x.mean(0)) @ axes
        axes = axes * np.sign([np.corrcoef(plane[:, 0], right)[0, 1], np.corrcoef(plane[:, 1], up)[0, 1]])
        plane = np.clip((x - x.mean(0)) @ axes, -1, 1)
        out[e] = [[round(float(a), 3), round(float(b), 3), int(q)] for (a, b), q in zip(plane, labels, strict=True)]
        out["projection"][e] = {"mean": np.round(x.mean(0), 4).tolist(), "axes": np.round(axes.T, 4).tolist()}
    folder = Path(args.out)
    write_whole(folder / "latent-map.json", (json.dumps(out) + "\n").encode())
    sums = json.loads((folder / "checksums.json").read_text())
    sums["latent-map.json"] = hashlib.sha256((folder / "latent-map.json").read_bytes()).hexdigest()
    write_whole(folder / "checksums.json", (json.dumps(sums, indent=2) + "\n").encode())
    print({e: len(out[e]) for e in ELEMENTS}, (folder / "latent-map.json").stat().st_size)


if __name__ == "__main__":
    main()
