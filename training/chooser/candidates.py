"""Candidates that a model writes, for the chooser to learn from: words, without files between.

    python -m training.chooser.candidates --codec RUN/codec.pt --prior RUN/prior.pt --out candidates.npz --count 200 --seed 5
        [--chooser runs/chooser --of 4]      as they are chosen already
        [--midi DIR]                         as files too, for training.told_apart
"""

import argparse
from pathlib import Path

import numpy as np
import torch

from training.chooser.judging import load, scorer
from training.generator.sample import asked, load_model, save_takes
from training.generator.write import write


def write_candidates(path, words, seeds):
    np.savez_compressed(path, words=np.concatenate(words).astype(np.uint8), lengths=[len(each) for each in words], seeds=seeds)


def read_candidates(path):
    """-> [(words (n, 8), seed)]."""
    with np.load(path) as held:
        ends = np.cumsum(held["lengths"])
        return list(zip(np.split(held["words"], ends[:-1]), held["seeds"].tolist(), strict=True))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codec", type=Path, required=True)
    parser.add_argument("--prior", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--bars", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--chooser", type=Path)
    parser.add_argument("--of", type=int, default=4, help="candidates for each two bars, with --chooser")
    parser.add_argument("--midi", type=Path, help="a folder for the same as files")
    options = parser.parse_args()
    torch.set_num_threads(1)
    codec, prior = load_model(options.codec, options.prior)
    emotion, mode, shift = asked(-(-options.count // 4), options.seed)
    score = scorer(load(options.chooser), emotion) if options.chooser else None
    rng = torch.Generator().manual_seed(options.seed)
    words = write(codec, prior, emotion, mode, options.bars, 0, rng, score, options.of if score else 1)
    write_candidates(options.out, words, [1000 * options.seed + i for i in range(len(words))])
    if options.midi:
        options.midi.mkdir(parents=True, exist_ok=True)
        save_takes(words, options.midi, options.seed, shift)


if __name__ == "__main__":
    main()
