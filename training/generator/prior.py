"""The prior: writes the plan, beat by beat; within a beat the groups' codes one after another, each knowing those before it."""

import torch
import torch.nn.functional as F
from torch import nn

from training.generator.network import Stack, TableSum
from training.generator.words import SOURCES
from training.muser.layers import EmotionEmbedding, Named
from training.muser.prior import SequentialHead

FEATURES = {"place": 4, "ending": 5, "mode": 3}


class BeatPrior(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        spec = config["prior"]
        width = spec["stack"]["width"]
        self.sizes = {g["name"]: g["books"][0] for g in config["groups"]}
        self.last = TableSum({name: size + 1 for name, size in self.sizes.items()}, width)  # row 0: no beat before
        self.embed, self.emotion = TableSum(FEATURES, width), EmotionEmbedding(width)
        self.source = nn.Parameter(torch.zeros(len(SOURCES), width))
        self.stack = Stack(spec["stack"])
        self.chain = Named({name: nn.Embedding(size, width) for name, size in self.sizes.items()})
        for _, table in self.chain.items():
            table.weight.data.normal_(std=0.25)
        self.heads = Named({name: SequentialHead(width, spec["hidden"], size) for name, size in self.sizes.items()})

    def inputs(self, before, features, emotion, withheld, source):
        """before (B, N, groups): codes of the beat before + 1, 0 at the start."""
        emotion = self.emotion(emotion, withheld[:, None].expand(emotion.shape[:2]))
        return self.last(before) + self.embed(features) + emotion + self.source[source][:, None]

    def forward(self, batch):
        """-> {group: (sum of cross-entropies, count)}."""
        codes = batch["codes"]
        before = F.pad(codes[:, :-1] + 1, (0, 0, 1, 0))
        x = self.inputs(before, *(batch[name] for name in ("beat_features", "emotion", "withheld", "source")))
        place = torch.arange(codes.shape[1], device=codes.device).expand(codes.shape[:2])
        s = self.stack(x, place, place)[batch["mask"]]
        out = {}
        for j, (name, _) in enumerate(self.sizes.items()):
            target = codes[..., j][batch["mask"]]
            out[name] = (F.cross_entropy(self.heads[name](s).float(), target, reduction="sum"), len(target))
            s = s + self.chain[name](target).to(s.dtype)
        return out
