"""A chooser: a small judge of realness that picks among candidates as a model writes them.

    python -m training.chooser.train --data DATA --made CANDIDATES.npz [MORE.npz] --out runs/chooser

DATA holds the songs that the generator learns from (training.generator.songs), CANDIDATES what it writes (training.chooser.candidates).
It learns from songs of the split `train` alone: training.told_apart measures with those of `val`, with other seeds and by other
features, so the two share nothing but the question. Members leave out a third of songs and seeds each; figures are of what a member has
not seen.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from training.chooser.candidates import read_candidates
from training.chooser.clips import batch, read_words, real_clips, varied
from training.chooser.judging import MEMBERS, save, scores
from training.chooser.network import Chooser
from training.generator.songs import load_songs
from training.told_apart.folds import Curve

A_SIDE = 12  # clips of each side in a batch


def thirds(groups, seed=0):
    """The member that each clip is kept from; clips of a group share it."""
    names = sorted(set(groups))
    np.random.default_rng(seed).shuffle(names)
    part = {name: i % MEMBERS for i, name in enumerate(names)}
    return np.array([part[group] for group in groups])


def train_member(real, made, seed, steps, rate=3e-3):
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    member = Chooser()
    optimiser = torch.optim.AdamW(member.parameters(), lr=rate, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps, pct_start=0.2)
    target = torch.tensor([0.95] * A_SIDE + [0.05] * A_SIDE)[:, None]
    for _ in range(steps):
        chosen = [side[i] for side in (real, made) for i in random.integers(len(side), size=A_SIDE)]
        rows, likeness, emotion, mask = map(torch.tensor, batch([varied(clip, random) for clip in chosen]))
        logits, felt = member(rows, likeness)
        each = F.binary_cross_entropy_with_logits(logits, target.expand_as(logits), reduction="none")
        known = mask & ~emotion[..., 0].isnan()
        loss = (each * mask).sum() / mask.sum() + F.mse_loss(felt[known], emotion[known])
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(member.parameters(), 1.0)
        optimiser.step()
        schedule.step()
    return member.eval()


def train(real, made, steps, seed=0, tell=print):
    """-> members, and the area under the curve of each for the songs and seeds that it has not seen."""
    clips = real + made
    is_made = np.arange(len(clips)) >= len(real)
    groups = [clip.group for clip in clips]
    kept_from = thirds(groups, seed)
    members, curve = [], Curve(groups, is_made)
    for m in range(MEMBERS):
        side = lambda of: [clip for clip, part, other in zip(clips, kept_from, is_made, strict=True) if part != m and other == of]
        members.append(train_member(side(False), side(True), 100 * seed + m, steps))
        away = np.flatnonzero(kept_from == m)
        curve.add(away, -scores(members[-1:], [clips[i] for i in away]))
        tell(json.dumps({"member": m} | curve.figures()))
    return members, curve.figures()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder of songs")
    parser.add_argument("--made", type=Path, nargs="+", required=True, help="files of candidates")
    parser.add_argument("--out", type=Path, required=True, help="the chooser's folder")
    parser.add_argument("--steps", type=int, default=600, help="updates a member")
    parser.add_argument("--sources", default="emopia", help="whose songs are real")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    songs = [song for song in load_songs(options.data, options.sources.split(",")) if song.split == "train"]
    real = real_clips(songs, np.random.default_rng(options.seed), 2 * len(songs))
    made = [read_words(words, f"seed{seed}") for file in options.made for words, seed in read_candidates(file)]
    print(f"{len(real)} real clips, {len(made)} candidates")
    members, figures = train(real, made, options.steps, options.seed)
    save(members, options.out, {"toldApart": figures})


if __name__ == "__main__":
    main()
