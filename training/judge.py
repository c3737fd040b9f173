"""A second judge of emotion, to check the first by: it shares neither features nor data beyond EMOPIA with the recogniser.

    python training/judge.py FOLDER            judges the .mid files whose names have a quadrant (Q1 … Q4), prints JSON
    python training/judge.py --train DATA      trains it on DATA/emopia and measures it on songs it has not seen

It reads notes alone (onset, key, velocity, release; no pedal), 128 at a time, and has no features made by hand but the
surroundings of a note: see judge_network.py. Five members, each without one fold of EMOPIA's training songs; their mean logit judges.
"""

import argparse
import csv
import json
import re
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

from judge_network import Judge
from judge_notes import batch, read_notes, varied, windows

HOME = Path(__file__).parent / "judge"
FOLDS = 5
SMOOTHING = 0.1
FEWEST_NOTES = 8


def sides(quadrant):
    """'Q1' … 'Q4' -> (positive, excited)."""
    return quadrant in ("Q1", "Q4"), quadrant in ("Q1", "Q2")


@torch.no_grad()
def opinion(members, notes):
    """(2,) logits of valence and arousal: the mean over members and over the windows of a clip."""
    stretches = batch(windows(notes))
    return np.mean([member(*stretches).mean(0).numpy() for member in members], 0)


def accuracy(logits, signs):
    right = (np.array(logits) > 0) == np.array(signs)
    share = lambda hits: round(float(hits.mean()), 3)
    return {"4Q": share(right.all(1)), "arousal": share(right[:, 1]), "valence": share(right[:, 0]), "clips": len(right)}


def load_members(folder=HOME):
    tensors = load_file(folder / "weights.safetensors")
    members = []
    for m in range(FOLDS):
        member = Judge()
        prefix = f"{m}."
        member.load_state_dict({k[len(prefix) :]: v.float() for k, v in tensors.items() if k.startswith(prefix)})
        members.append(member.eval())
    return members


def judge_folder(folder, members, seconds=None):
    """Accuracy over a folder's clips, all and by quadrant; only their first `seconds` if given."""
    logits, signs, quadrants, skipped = [], [], [], []
    for path in sorted(Path(folder).rglob("*.mid")):
        named = re.search(r"Q[1-4]", path.name) or re.search(r"Q[1-4]", str(path.relative_to(folder)))
        notes = read_notes(path)
        if seconds and len(notes):
            notes = notes[notes[:, 0] < notes[0, 0] + seconds]
        if not named or len(notes) < FEWEST_NOTES:
            skipped.append(path.name)
            continue
        logits.append(opinion(members, notes))
        signs.append(sides(named.group()))
        quadrants.append(named.group())
    if not logits:
        raise SystemExit(f"{folder}: no .mid file of {FEWEST_NOTES} notes or more with Q1, Q2, Q3 or Q4 in its name")
    found = accuracy(logits, signs)
    of = lambda q: [i for i, quadrant in enumerate(quadrants) if quadrant == q]
    found["by quadrant"] = {
        q: accuracy([logits[i] for i in of(q)], [signs[i] for i in of(q)]) for q in sorted(set(quadrants))
    }
    return found | {"skipped": skipped}


class Clips:
    """EMOPIA's clips; fold is -1 for val clips, which nothing is fitted on."""

    def __init__(self, data):
        with open(data / "emopia" / "clips.csv") as file:
            rows = list(csv.DictReader(file))
        self.notes = [read_notes(data / "emopia" / "midi" / f"{row['clip']}.mid") for row in rows]
        self.signs = np.array([sides(row["quadrant"]) for row in rows])
        songs = sorted({row["song"] for row in rows if row["split"] == "train"})
        np.random.RandomState(1).shuffle(songs)
        fold = {song: i % FOLDS for i, song in enumerate(songs)}
        self.fold = np.array([fold[row["song"]] if row["split"] == "train" else -1 for row in rows])

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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, help="a folder of .mid files, or of folders of them")
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
    elif options.folder:
        print(json.dumps(judge_folder(options.folder, load_members(options.out), options.seconds), indent=1))
    else:
        parser.error("name a folder of .mid files to judge, or --train DATA")


if __name__ == "__main__":
    main()
