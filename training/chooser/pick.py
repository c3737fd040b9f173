"""Picks the best of each few candidates with a chooser, so that training.told_apart can say what choosing is worth.

    python -m training.chooser.pick --chooser runs/chooser --made CANDIDATES --of 4 --out picked/

Files are taken in order of their names, `--of` at a time: seeds 1 to 4 are candidates of one take.
"""

import argparse
import shutil
from pathlib import Path

import torch

from training.chooser.clips import read_clip
from training.chooser.judging import load, scores
from training.told_apart.clips import files_of


def pick(members, files, of):
    """The file of each `of` that is likeliest to be played; those too short to judge lose."""
    chosen = []
    for start in range(0, len(files) - of + 1, of):
        some = [(path, clip) for path in files[start : start + of] if (clip := read_clip(path))]
        if some:
            chosen.append(some[scores(members, [clip for _, clip in some]).argmax()][0])
    return chosen


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chooser", type=Path, required=True)
    parser.add_argument("--made", type=Path, required=True)
    parser.add_argument("--of", type=int, default=4)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    torch.set_num_threads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    for path in pick(load(options.chooser), files_of(options.made), options.of):
        shutil.copy(path, options.out / path.name)


if __name__ == "__main__":
    main()
