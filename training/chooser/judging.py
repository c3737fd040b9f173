"""Members of a chooser, and what they say of words."""

import json

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from training.chooser.clips import batch, read_words
from training.chooser.network import Chooser

MEMBERS = 3
HEARD_FIRST = 2  # bars before anything is said of a whole clip


@torch.no_grad()
def said_of(members, clips):
    """Log odds that each bar is played, the mean of the members: (clips, longest one's bars)."""
    rows, likeness, _ = batch([(clip.rows, clip.likeness) for clip in clips])
    rows, likeness = torch.from_numpy(rows), torch.from_numpy(likeness)
    return np.mean([member(rows, likeness).numpy() for member in members], 0)


def scores(members, clips, together=64):
    """Log odds that a clip is played: the mean over bars, but for the first."""
    found = []
    for i in range(0, len(clips), together):
        some = clips[i : i + together]
        found += [said[HEARD_FIRST : clip.bars].mean() for said, clip in zip(said_of(members, some), some, strict=True)]
    return np.array(found)


def scorer(members):
    """For training.generator.write: what is said of the bars that were written last, knowing those before."""
    return lambda words, first, last: said_of(members, [read_words(each, "") for each in words])[:, first:last].mean(1)


def save(members, folder, config):
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {f"{m}.{k}": v.half().contiguous() for m, member in enumerate(members) for k, v in member.state_dict().items()}
    save_file(tensors, folder / "weights.safetensors")
    (folder / "config.json").write_text(json.dumps({"format": 2, "members": len(members)} | config, indent=1) + "\n")


def load(folder):
    tensors = load_file(folder / "weights.safetensors")
    members = []
    for m in range(json.loads((folder / "config.json").read_text())["members"]):
        member = Chooser()
        member.load_state_dict({k.removeprefix(f"{m}."): v.float() for k, v in tensors.items() if k.startswith(f"{m}.")})
        members.append(member.eval())
    return members
