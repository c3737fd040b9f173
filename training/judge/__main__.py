"""A second judge of emotion, to check the first by: it shares neither features nor data beyond EMOPIA with the recogniser.

    python -m training.judge FOLDER            judges the .mid files whose names have a quadrant (Q1 … Q4), prints JSON
    python -m training.judge --clips FILE      hears the clips of a JSON file, as `npm run research -- evaluate --python` asks it to
    python -m training.judge --train DATA      trains it on DATA/emopia and measures it on songs it has not seen

It reads notes alone (onset, key, velocity, release; no pedal), 128 at a time, and has no features made by hand but the
surroundings of a note: see network.py. Five members, each without one fold of EMOPIA's training songs; their mean logit judges.
"""

import argparse
import json
from pathlib import Path

import torch

from training.judge.hearing import hear_clips, judge_folder
from training.judge.members import HOME, load_members
from training.judge.training import train


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, help="a folder of .mid files, or of folders of them")
    parser.add_argument("--clips", type=Path, metavar="FILE", help="hear the notes of clips in a JSON file, print JSON")
    parser.add_argument("--seconds", type=float, help="hear only the first seconds of each file")
    parser.add_argument("--train", type=Path, metavar="DATA", help="the folder that holds emopia/")
    parser.add_argument("--out", type=Path, default=HOME, help="the judge's weights")
    parser.add_argument("--steps", type=int, default=800, help="--train: updates a member")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    if options.train:
        print(json.dumps(train(options), indent=1))
    elif options.clips:
        print(json.dumps(hear_clips(options.clips, load_members(options.out))))
    elif options.folder:
        print(json.dumps(judge_folder(options.folder, load_members(options.out), options.seconds), indent=1))
    else:
        parser.error("name a folder of .mid files to judge, or --train DATA")


if __name__ == "__main__":
    main()
