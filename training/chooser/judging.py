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
    """The mean of the members: log odds that each bar is played (clips, longest one's bars), and how it feels (…, 2)."""
    rows, likeness, *_ = batch([(clip.rows, clip.likeness, np.zeros((clip.bars, 2), np.float32)) for clip in clips])
    rows, likeness = torch.from_numpy(rows), torch.from_numpy(likeness)
    said, felt = zip(*(member(rows, likeness) for member in members), strict=True)
    return np.mean([each.numpy() for each in said], 0), np.mean([each.numpy() for each in felt], 0)


def scores(members, clips, together=64):
    """Log odds that a clip is played: the mean over bars, but for the first."""
    found = []
    for i in range(0, len(clips), together):
        some = clips[i : i + together]
        found += [said[HEARD_FIRST : clip.bars].mean() for said, clip in zip(said_of(members, some)[0], some, strict=True)]
    return np.array(found)


EMOTION_WEIGHT = 4.0  # log odds that a distance of 1 from the emotion asked for is worth


def scorer(members, asked=None):
    """For training.generator.write: what is said of the bars that were written last, knowing those before. asked (n, 2): the emotion
    of each piece, from which its candidates are to be near."""

    def score(words, first, last):
        said, felt = said_of(members, [read_words(each, "") for each in words])
        liked = said[:, first:last].mean(1)
        if asked is None:
            return liked
        of = np.repeat(np.asarray(asked), len(words) // len(asked), 0)
        return liked - EMOTION_WEIGHT * ((felt[:, first:last] - of[:, None]) ** 2).sum(-1).mean(1)

    return score


def save(members, folder, config):
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {f"{m}.{k}": v.half().contiguous() for m, member in enumerate(members) for k, v in member.state_dict().items()}
    save_file(tensors, folder / "weights.safetensors")
    about = {"format": 2, "members": len(members), "emotionWeight": EMOTION_WEIGHT}
    (folder / "config.json").write_text(json.dumps(about | config, indent=1) + "\n")


def load(folder):
    tensors = load_file(folder / "weights.safetensors")
    members = []
    for m in range(json.loads((folder / "config.json").read_text())["members"]):
        member = Chooser()
        member.load_state_dict({k.removeprefix(f"{m}."): v.float() for k, v in tensors.items() if k.startswith(f"{m}.")})
        members.append(member.eval())
    return members
