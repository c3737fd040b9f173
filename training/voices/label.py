"""Voices of the notes of whole data sets, and what they look like.

    python -m training.voices.label --features FEATURES --checkpoint RUN.pt --out OUT

OUT/SET/NAME.npy: int8 a note (0 melody, 1 bass, 2 inner), in the order of `parseMidi`'s notes: start tick, pitch, track. POP909's
are the true ones.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from training.voices.features import FEATURES
from training.voices.network import VoiceTagger
from training.voices.notes import MELODY, TOGETHER, VOICES, one_piano, pop909_voices, read_pieces, settle
from training.voices.train import rows_of, say


def load_tagger(path):
    kept = torch.load(path)
    net = VoiceTagger(FEATURES, kept["width"])
    net.load_state_dict(kept["state"])
    return net.eval()


def label(net, notes):
    """Notes as the file has them -> voices."""
    order, x = rows_of(notes.start, notes.end, notes.pitch, notes.velocity)
    voices = np.empty(len(notes), np.int8)
    start, pitch = notes.start[order], notes.pitch[order]
    voices[order] = settle(start, notes.end[order], pitch, say(net, x, start, pitch))
    return voices


def outline(notes, voices):
    """Shares of the voices; how often a melody note is the highest of its chord, and two of them are struck at once; its leaps."""
    order = np.lexsort((notes.pitch, notes.start))
    notes, voices = notes.take(order), voices[order]
    tune = np.flatnonzero(voices == MELODY)
    line = {name: float((voices == v).mean()) for v, name in enumerate(VOICES)}
    if len(tune) < 2:
        return line
    top = 0
    for i in tune:
        near = slice(max(0, i - 12), i + 13)
        chord = np.abs(notes.start[near] - notes.start[i]) <= TOGETHER
        top += notes.pitch[i] >= notes.pitch[near][chord].max()
    apart = np.diff(notes.start[tune])
    leaps = np.abs(np.diff(notes.pitch[tune]))[apart > TOGETHER]
    return line | {
        "top": top / len(tune),
        "together": float((apart <= TOGETHER).mean()),
        "leap": float(leaps.mean()) if len(leaps) else 0.0,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--features", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    torch.set_num_threads(1)
    net = load_tagger(options.checkpoint)
    lines = {}
    for kind, name, notes in read_pieces(options.features):
        (options.out / kind).mkdir(parents=True, exist_ok=True)
        voices = pop909_voices(notes) if kind == "pop909" else label(net, notes)
        np.save(options.out / kind / f"{name}.npy", voices)
        if kind == "pop909":
            notes, voices = one_piano(notes, voices)
        lines.setdefault(kind, []).append(outline(notes, voices))
    for kind, found in lines.items():
        keys = found[0].keys()
        print(kind, json.dumps({k: round(float(np.mean([f[k] for f in found if k in f])), 3) for k in keys}))


if __name__ == "__main__":
    main()
