"""Folders of MIDI files: which song or seed a file belongs to, its notes and its figures, kept for the next time."""

import csv
import hashlib
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.told_apart.clip import Clip, read_notes
from training.told_apart.groups import figures

FEWEST_NOTES = 16
SOURCES = sorted(Path(__file__).parent.glob("groups/*.py")) + [Path(__file__).parent / f for f in ("clip.py", "statistics.py")]


@dataclass(frozen=True)
class Heard:
    """A clip's group (its song or seed), notes (read_notes) and figures in the order of `names`."""

    group: str
    notes: np.ndarray
    figures: np.ndarray


def group_of(stem):
    """EMOPIA's names are Q1_SONG_NUMBER: clips of a song belong together. So do takes of one seed (…seed7, …-7), and
    every other file is by itself."""
    song = re.fullmatch(r"Q[1-4]_(.+)_\d+", stem)
    if song:
        return f"song {song.group(1)}"
    seed = re.search(r"seed-?(\d+)", stem)
    return f"seed {seed.group(1)}" if seed else f"file {stem}"


def version():
    return hashlib.sha256(b"".join(source.read_bytes() for source in SOURCES)).hexdigest()


class Cache:
    """Notes and figures by the bytes of a file and the code that made them, in the system's folder for such things."""

    def __init__(self):
        self.folder = Path(tempfile.gettempdir()) / "affetto-told-apart" / version()[:16]
        self.folder.mkdir(parents=True, exist_ok=True)

    def hear(self, path):
        """(notes, {(group, name): value}), or None where there are too few notes."""
        kept = self.folder / f"{hashlib.sha256(path.read_bytes()).hexdigest()[:32]}.npz"
        if kept.exists():
            with np.load(kept) as file:
                return (file["notes"], file["figures"]) if len(file["figures"]) else None
        notes = read_notes(path)
        found = np.array(list(figures(Clip(notes)).values()) if len(notes) >= FEWEST_NOTES else [])
        part = kept.with_suffix(".part.npz")
        np.savez(part, notes=notes, figures=found)
        part.replace(kept)
        return (notes, found) if len(found) else None


def hear_all(paths):
    """-> clips, and the names of the files with too few notes to judge."""
    cache, clips, skipped = Cache(), [], []
    for path in paths:
        heard = cache.hear(path)
        if heard is None:
            skipped.append(path.name)
        else:
            clips.append(Heard(group_of(path.stem), *heard))
    return clips, skipped


def files_of(place, split=None, table=None):
    """The MIDI files of a folder (or of those in it), or those that a clips.csv lists from its midi/. `split` takes
    those that `table`, or the clips.csv itself, has in that split."""
    place = Path(place)
    table = place if place.suffix == ".csv" else table
    if place.suffix == ".csv":
        files = sorted((place.parent / "midi").glob("*.mid"))
    else:
        files = sorted(p for p in place.rglob("*") if p.suffix.lower() in (".mid", ".midi"))
    if table:
        with open(table, newline="") as file:
            listed = {row["clip"]: row["split"] for row in csv.DictReader(file)}
        files = [f for f in files if f.stem in listed and split in (None, "all", listed[f.stem])]
    if not files:
        raise SystemExit(f"{place}: no MIDI files" + (f" of the split '{split}'" if table and split else ""))
    return files


def evenly(clips, most):
    """At most so many, spread over the list."""
    return clips if len(clips) <= most else [clips[i * len(clips) // most] for i in range(most)]
