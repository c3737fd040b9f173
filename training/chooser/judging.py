"""Members of a chooser, and what they say of clips."""

import json

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from training.chooser.clips import batch
from training.chooser.network import Chooser

MEMBERS = 3
HEARD_FIRST = 2  # bars before anything is said


@torch.no_grad()
def scores(members, clips):
    """Log odds that a clip is played: the mean over members and bars, but for the first."""
    found = []
    for clip in clips:
        rows, likeness, _ = batch([(clip.rows, clip.likeness)])
        said = [member(torch.tensor(rows), torch.tensor(likeness))[0, HEARD_FIRST:].mean() for member in members]
        found.append(float(np.mean(said)))
    return np.array(found)


def save(members, folder, config):
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {f"{m}.{k}": v.half().contiguous() for m, member in enumerate(members) for k, v in member.state_dict().items()}
    save_file(tensors, folder / "weights.safetensors")
    (folder / "config.json").write_text(json.dumps({"format": 1, "members": len(members)} | config, indent=1) + "\n")


def load(folder):
    tensors = load_file(folder / "weights.safetensors")
    members = []
    for m in range(json.loads((folder / "config.json").read_text())["members"]):
        member = Chooser()
        member.load_state_dict({k.removeprefix(f"{m}."): v.float() for k, v in tensors.items() if k.startswith(f"{m}.")})
        members.append(member.eval())
    return members
