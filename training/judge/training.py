"""How the second judge is trained: five members, each without one fold of EMOPIA's training songs. See __main__.py."""

import csv
import json

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file

from training.judge.members import FOLDS, accuracy, load_members, opinion, sides
from training.judge.network import Judge
from training.judge.notes import batch, read_notes, varied

SMOOTHING = 0.1


def folds_of(rows):
    """The fold of each clip (rows of clips.csv): all clips of a song in one, val clips, which nothing is fitted on, in -1."""
    songs = sorted({row["song"] for row in rows if row["split"] == "train"})
    np.random.RandomState(1).shuffle(songs)
    fold = {song: i % FOLDS for i, song in enumerate(songs)}
    return np.array([fold[row["song"]] if row["split"] == "train" else -1 for row in rows])


class Clips:
    """EMOPIA's clips, their labels and folds."""

    def __init__(self, data):
        with open(data / "emopia" / "clips.csv") as file:
            rows = list(csv.DictReader(file))
        self.notes = [read_notes(data / "emopia" / "midi" / f"{row['clip']}.mid") for row in rows]
        self.signs = np.array([sides(row["quadrant"]) for row in rows])
        self.fold = folds_of(rows)

    def of_quadrants(self, chosen):
        kind = 2 * self.signs[:, 0] + self.signs[:, 1]
        return [np.flatnonzero(chosen & (kind == k)) for k in range(4)]


def train_member(clips, left_out, steps, seed, a_quadrant=8, rate=3e-3):
    """A member that has not heard the songs of fold `left_out`; batches hold the quadrants equally."""
    torch.manual_seed(100 * seed + left_out)
    random = np.random.default_rng(100 * seed + left_out)
    member = Judge()
    optimiser = torch.optim.AdamW(member.parameters(), lr=rate, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps, pct_start=0.15)
    pools = clips.of_quadrants((clips.fold >= 0) & (clips.fold != left_out))
    for _ in range(steps):
        chosen = np.concatenate([random.choice(pool, a_quadrant) for pool in pools])
        target = torch.tensor(clips.signs[chosen], dtype=torch.float32) * (1 - SMOOTHING) + SMOOTHING / 2
        logits = member(*batch([varied(clips.notes[i], random) for i in chosen]))
        loss = F.binary_cross_entropy_with_logits(logits, target)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(member.parameters(), 1.0)
        optimiser.step()
        schedule.step()
    return member.eval()


def train(options):
    clips = Clips(options.train)
    members, apart = [], np.zeros((len(clips.notes), 2))
    for fold in range(FOLDS):
        members.append(train_member(clips, fold, options.steps, options.seed))
        held = np.flatnonzero(clips.fold == fold)
        apart[held] = [opinion(members[-1:], clips.notes[i]) for i in held]
        print(json.dumps({"fold": fold} | accuracy(apart[held], clips.signs[held])), flush=True)
    options.out.mkdir(parents=True, exist_ok=True)
    tensors = {f"{m}.{k}": v.half() for m, member in enumerate(members) for k, v in member.state_dict().items()}
    save_file(tensors, options.out / "weights.safetensors")
    val, seen = np.flatnonzero(clips.fold < 0), clips.fold >= 0
    shipped = load_members(options.out)
    figures = {
        "EMOPIA train, out of fold, one member": accuracy(apart[seen], clips.signs[seen]),
        "EMOPIA val": accuracy([opinion(shipped, clips.notes[i]) for i in val], clips.signs[val]),
    }
    (options.out / "figures.json").write_text(json.dumps(figures, indent=1) + "\n")
    return figures
