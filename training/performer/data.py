"""What `npm run research -- features --performance` wrote, as padded batches of clips."""

import json
import zlib
from dataclasses import dataclass

import numpy as np
import torch

STEPS_PER_BAR = 16
STAY, CHANGE, LIFT, PRESS = range(4)
BACKGROUND = 0.3  # an onset further from the grid than this is a note that the grid has no place for


@dataclass
class Clip:
    about: dict
    steps: torch.Tensor  # (T, features)
    memory: torch.Tensor  # (T, memory)
    action: torch.Tensor  # (T,) 0..3, -1 where nothing is learnt (the cut end of the clip)
    lift: torch.Tensor  # (T,) steps from the onset
    press: torch.Tensor  # (T,) of a change: steps after the lift
    bar: torch.Tensor  # (T,) which bar
    notes: torch.Tensor  # (N, note features)
    offset: torch.Tensor  # (N,) steps from the grid, less the clip's median
    step: torch.Tensor  # (N,) the step of each note

    @property
    def split(self):
        if self.about["split"] != "train":
            return "val"
        return "dev" if zlib.crc32(self.about["song"].encode()) % 10 == 0 else "train"


def load_clips(folder):
    about, rows = _table(folder / "performance-steps")
    _, notes = _table(folder / "performance-notes")
    x, m = about["features"], about["memory"]
    clips = []
    for clip in about["clips"]:
        r = torch.tensor(rows[clip["first"] : clip["first"] + clip["steps"]])
        n = torch.tensor(notes[clip["firstNote"] : clip["firstNote"] + clip["notes"]])
        action = r[:, x + m].long()
        lift, press = r[:, x + m + 1], r[:, x + m + 2]
        action[-1] = -1
        offset = n[:, -2]
        clips.append(
            Clip(
                about=clip,
                steps=r[:, :x].contiguous(),
                memory=r[:, x : x + m].contiguous(),
                action=action,
                lift=lift,
                press=torch.where(action == CHANGE, press - lift, press),
                bar=torch.repeat_interleave(torch.arange(len(clip["bars"])), torch.tensor(clip["bars"]) * 4),
                notes=n[:, :-2].contiguous(),
                offset=offset - offset.median(),
                step=(n[:, -1] - clip["first"]).long(),
            )
        )
    return clips


def batches(clips, size, generator):
    """Clips of like length together, in random order."""
    order = sorted(range(len(clips)), key=lambda i: len(clips[i].steps) + 40 * torch.rand(1, generator=generator).item())
    groups = [order[i : i + size] for i in range(0, len(order), size)]
    for g in torch.randperm(len(groups), generator=generator):
        yield collate([clips[i] for i in groups[g]])


def collate(clips):
    """-> a dictionary of (B, T, ...) arrays; notes of all clips in one list with their place in (B, T)."""
    length = max(len(c.steps) for c in clips)

    def padded(name, fill=0):
        items = [getattr(c, name) for c in clips]
        out = torch.full((len(items), length, *items[0].shape[1:]), fill, dtype=items[0].dtype)
        for row, item in zip(out, items):
            row[: len(item)] = item
        return out

    batch = {name: padded(name, fill) for name, fill in
             (("steps", 0), ("memory", 0), ("action", -1), ("lift", 0), ("press", 0), ("bar", 10**6))}
    batch["notes"] = torch.cat([c.notes for c in clips])
    batch["offset"] = torch.cat([c.offset for c in clips])
    batch["place"] = torch.cat([i * length + c.step for i, c in enumerate(clips)])
    return batch


def _table(path):
    about = json.loads(path.with_suffix(".json").read_text())
    return about, np.fromfile(path.with_suffix(".f32"), "<f4").reshape(-1, about["width"])
