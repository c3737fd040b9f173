"""The prior: writes the plan, beat by beat; within a beat the groups' codes one after another, each knowing those before it.

At a bar's first beat it says first whether the bar is an earlier one again (returns.py); the codes of that bar's beats are then
known, and favoured by a bonus that is learnt for each value and group.
"""

import torch
import torch.nn.functional as F
from torch import nn

from training.generator.network import Stack, TableSum
from training.generator.returns import SIZE as RETURNS
from training.generator.words import SOURCES
from training.muser.layers import EmotionEmbedding, Named
from training.muser.prior import SequentialHead

# Beat in the bar, bars to the end, mode, and bar of eight: phrases of pop mostly begin every four or eight bars.
FEATURES = {"place": 4, "ending": 5, "mode": 3, "phrase": 8}


class Returns(nn.Module):
    """Says how a bar returns, and what follows from it. Values 0..RETURNS - 1; sizes: {group: codes}."""

    def __init__(self, sizes, width, hidden):
        super().__init__()
        self.head = SequentialHead(width, hidden, RETURNS)
        self.before, self.value = nn.Embedding(RETURNS, width), nn.Embedding(RETURNS, width)
        self.codes = TableSum({name: size + 1 for name, size in sizes.items()}, width, 0.0)  # row 0: no beat to return to
        self.copy = nn.Parameter(torch.zeros(RETURNS, len(sizes)))
        for table in (self.before, self.value):
            table.weight.data.zero_()

    def told(self, s, value, reference):
        """States (n, width) that know the value (n,) and the codes (n, groups) of the beat that returns, -1 for none."""
        return s + (self.value(value) + self.codes(reference + 1)).to(s.dtype)

    def favour(self, logits, group, value, reference):
        """Logits (n, V) of a group (its index), with the code that returns favoured."""
        bonus = self.copy[value, group] * (reference >= 0)
        return logits.scatter_add(1, reference.clamp(min=0)[:, None], bonus[:, None].to(logits.dtype))


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
        self.returns = Returns(self.sizes, width, spec["hidden"])

    def inputs(self, codes, before, features, emotion, withheld, source):
        """codes (B, M, groups): those of all beats so far, which may be more than `features` (B, N, 4) speaks of; before (B, N): how
        the bar of the beat before returned -> the last N inputs.

        An input knows the beat before and those that the lags name: what the beat would be if the music came back.
        """
        shifted = F.pad(codes + 1, (0, 0, max([1, *self.lags]), 0))
        end = shifted.shape[1] + 1
        back = lambda lag: shifted[:, end - lag - features.shape[1] : end - lag]
        emotion = self.emotion(emotion, withheld[:, None].expand(emotion.shape[:2]))
        x = self.last(back(1)) + self.returns.before(before) + self.embed(features) + emotion + self.source[source][:, None]
        return x + sum(table(back(lag)) for table, lag in zip(self.earlier, self.lags, strict=True))

    def with_mistakes(self, codes, mask):
        """In training some codes that are heard become those of other beats: what is written is never quite like music, and small
        sources are not learnt by heart."""
        if not self.training:
            return codes
        others, groups = codes[mask], torch.arange(codes.shape[2], device=codes.device)
        others = others[torch.randint(len(others), codes.shape, device=codes.device), groups]
        return torch.where(torch.rand(codes.shape, device=codes.device) < self.config["training"]["mistakes"], others, codes)

    def forward(self, batch):
        """-> {group or "returns": (sum of cross-entropies, count)}."""
        codes, mask = batch["codes"], batch["mask"]
        value, before = batch["returns"].unbind(-1)
        known = (batch[name] for name in ("beat_features", "emotion", "withheld", "source"))
        x = self.inputs(self.with_mistakes(codes, mask)[:, :-1], before, *known)
        place = torch.arange(codes.shape[1], device=codes.device).expand(codes.shape[:2])
        s, value, reference = self.stack(x, place, place)[mask], value[mask], batch["reference"][mask]
        first = batch["beat_features"][..., 0][mask] == 0
        logits = self.returns.head(s[first]).float()
        out = {"returns": (F.cross_entropy(logits, value[first], reduction="sum"), int(first.sum()))}
        s = self.returns.told(s, value, reference)
        for j, (name, _) in enumerate(self.sizes.items()):
            target = codes[..., j][mask]
            logits = self.returns.favour(self.heads[name](s).float(), j, value, reference[:, j])
            out[name] = (F.cross_entropy(logits, target, reduction="sum"), len(target))
            s = s + self.chain[name](target).to(s.dtype)
        return out
