"""The judge's members, and what they make of a clip together."""

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

from training.judge.network import Judge
from training.judge.notes import batch, windows

HOME = Path(__file__).parent
FOLDS = 5
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
