"""The prior: writes the plan, beat by beat; within a beat the groups' codes one after another, each knowing those before it."""

import torch
import torch.nn.functional as F
from torch import nn

from training.generator.network import Stack, TableSum
from training.generator.words import SOURCES
from training.muser.layers import EmotionEmbedding, Named
from training.muser.prior import SequentialHead

# Beat in the bar, bars to the end, mode, and bar of eight: phrases of pop mostly begin every four or eight bars.
FEATURES = {"place": 4, "ending": 5, "mode": 3, "phrase": 8}


class BeatPrior(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        spec = config["prior"]
        width = spec["stack"]["width"]
        self.sizes = {g["name"]: g["books"][0] for g in config["groups"]}
        self.last = TableSum({name: size + 1 for name, size in self.sizes.items()}, width)  # row 0: no beat before
        self.lags = spec["lags"]
        self.earlier = nn.ModuleList(TableSum({name: size + 1 for name, size in self.sizes.items()}, width, 0.0) for _ in self.lags)
        self.embed, self.emotion = TableSum(FEATURES, width), EmotionEmbedding(width)
        self.source = nn.Parameter(torch.zeros(len(SOURCES), width))
        self.stack = Stack(spec["stack"])
        self.chain = Named({name: nn.Embedding(size, width) for name, size in self.sizes.items()})
        for _, table in self.chain.items():
            table.weight.data.normal_(std=0.25)
        self.heads = Named({name: SequentialHead(width, spec["hidden"], size) for name, size in self.sizes.items()})

    def inputs(self, codes, features, emotion, withheld, source):
        """codes (B, M, groups): those of all beats so far, which may be more than `features` (B, N, 4) speaks of -> the last N inputs.

        An input knows the beat before and those that the lags name: what the beat would be if the music came back.
        """
        shifted = F.pad(codes + 1, (0, 0, max([1, *self.lags]), 0))
        end = shifted.shape[1] + 1
        back = lambda lag: shifted[:, end - lag - features.shape[1] : end - lag]
        emotion = self.emotion(emotion, withheld[:, None].expand(emotion.shape[:2]))
        x = self.last(back(1)) + self.embed(features) + emotion + self.source[source][:, None]
        return x + sum(table(back(lag)) for table, lag in zip(self.earlier, self.lags, strict=True))

    def forward(self, batch):
        """-> {group: (sum of cross-entropies, count)}."""
        codes = batch["codes"]
        x = self.inputs(codes[:, :-1], *(batch[name] for name in ("beat_features", "emotion", "withheld", "source")))
        place = torch.arange(codes.shape[1], device=codes.device).expand(codes.shape[:2])
        s = self.stack(x, place, place)[batch["mask"]]
        out = {}
        for j, (name, _) in enumerate(self.sizes.items()):
            target = codes[..., j][batch["mask"]]
            out[name] = (F.cross_entropy(self.heads[name](s).float(), target, reduction="sum"), len(target))
            s = s + self.chain[name](target).to(s.dtype)
        return out
