"""How well the tagger finds the voices of POP909's held-out songs.

    python -m training.voices.measure --features FEATURES (--checkpoint RUN.pt | --weights resources/models/voices) --out FIGURES.json

As recorded, and with every note equally loud; with all three tracks, and with BRIDGE only where MELODY is silent: a tune with one
accompaniment, which is what most piano pieces are.
"""

import argparse
import json
from pathlib import Path

import torch

from training.voices.files import read_model
from training.voices.label import load_tagger
from training.voices.notes import MELODY, SECOND, one_piano, pop909_lines, read_pieces, settle
from training.voices.train import KEPT_BACK, counts, figures


def without_second_tune(notes, lines):
    """Leaves out BRIDGE where it is not the melody."""
    voices = settle(notes.start, notes.end, notes.pitch, lines)
    kept = (lines != SECOND) | (voices == MELODY)
    return notes.take(kept), lines[kept]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--features", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--last-digit", default=KEPT_BACK, help="of the songs that are measured")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    torch.set_num_threads(1)
    net = load_tagger(options.checkpoint) if options.checkpoint else read_model(options.weights)
    pieces = [notes for _, name, notes in read_pieces(options.features, ("pop909",)) if name[-1] == options.last_digit]
    songs = [one_piano(notes, pop909_lines(notes)) for notes in pieces]
    one_tune = [without_second_tune(*song) for song in songs]
    found = {"songs": len(songs), "notes": sum(len(notes) for notes, _ in songs)}
    found["allTracks"] = figures(counts(net, songs))
    found["allTracksOneLoudness"] = figures(counts(net, songs, flat=True))
    found["oneTune"] = figures(counts(net, one_tune))
    options.out.write_text(json.dumps(found, indent=1) + "\n")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
