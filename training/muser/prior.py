"""Priors: what writes the codes that the decoder turns into words.

BeatPrior (`affetto`): a causal stack over beats; each beat's codes one after another through sequential heads; the form
code of a bar names the earlier bar that it returns to, and that bar's codes are an input, so that repetition is learnable
with a constant state. WordPrior (`muser-paper`): the paper's transformer over code indices with a leading emotion token.
"""

import torch
import torch.nn.functional as F
from torch import nn

from training.muser.layers import EmotionEmbedding, Named, Stack, TableSum, sinusoids, source_rows

FORM_SIZE = 17


class SequentialHead(nn.Module):
    def __init__(self, width, hidden, size):
        super().__init__()
        self.norm, self.inner, self.outer = nn.LayerNorm(width), nn.Linear(width, hidden), nn.Linear(hidden, size)

    def forward(self, s):
        return self.outer(F.gelu(self.inner(self.norm(s)), approximate="tanh"))


class BeatPrior(nn.Module):
    def __init__(self, config):
        super().__init__()
        spec = config["prior"]
        width = spec["stack"]["width"]
        self.config, self.books = config, config["books"]
        sizes = {b["name"]: b["size"] for b in self.books}
        # One extra row per book: 0 = no beat there (start, or no reference); codes follow from 1.
        padded = {name: size + 1 for name, size in sizes.items()}
        self.last, self.ref = TableSum(padded, width), TableSum(padded, width)
        self.embed = TableSum(dict(spec["features"]), width)
        self.emotion = EmotionEmbedding(width)
        self.source = source_rows(width)
        self.stack = Stack(spec["stack"])
        self.chain = TableSum(sizes, width)
        self.heads = Named({name: SequentialHead(width, spec["hidden"], size) for name, size in sizes.items()})
        self.form = SequentialHead(width, spec["hidden"], FORM_SIZE)

    def forward(self, batch):
        """batch: codes, ref (B, N, books; ref -1 = none), features (B, N, 4), emotion (B, N, 2), withheld, source (B,),
        next_form (B, N; -1 where the beat does not end a bar) -> {book or "form": (cross-entropy mean, count)}."""
        codes = batch["codes"]
        before = F.pad(codes[:, :-1] + 1, (0, 0, 1, 0))
        x = self.last(before) + self.ref(batch["ref"] + 1) + self.embed(batch["features"])
        x = x + self.emotion(batch["emotion"], batch["withheld"][:, None].expand(codes.shape[:2]))
        h = self.stack((x + self.source[batch["source"]][:, None])[None])[0]
        real = batch["mask"]
        out, s = {}, h[real]
        for j, book in enumerate(self.books):
            name, target = book["name"], codes[..., j][real].long()
            logits = self.heads[name](s).float()
            out[name] = (F.cross_entropy(logits, target), len(target))
            s = s + F.embedding(target, self.chain.tables()[name]).to(s.dtype)
        ends = batch["next_form"][real] >= 0
        if ends.any():
            out["form"] = (F.cross_entropy(self.form(s[ends]).float(), batch["next_form"][real][ends].long()), int(ends.sum()))
        return out


class WordPrior(nn.Module):
    """Over used codes re-indexed 0..used-1; `used` itself is the end."""

    def __init__(self, config):
        super().__init__()
        spec = config["prior"]
        width, used = spec["stack"]["width"], config["books"][0]["used"]
        self.used = used
        self.code, self.emotion = nn.Embedding(used, width), nn.Embedding(5, width)
        self.stack = Stack(spec["stack"])
        self.out = nn.Linear(width, used + 1)
        self.register_buffer("positions", sinusoids(config["maxSteps"] + 1, width), persistent=False)

    def forward(self, batch):
        """batch: codes (B, T) with -1 as padding, ended (B,) true where the row's end is the piece's, quadrant (B,)."""
        codes = batch["codes"].long()
        x = torch.cat([self.emotion(batch["quadrant"].long())[:, None], self.code(codes.clamp(min=0))], 1)
        h = self.stack((x + self.positions[: x.shape[1]])[None])[0]
        target = F.pad(codes, (0, 1), value=-1)
        length = (codes >= 0).sum(1)
        rows = torch.arange(len(codes))
        target[rows, length] = torch.where(batch["ended"], self.used, -1)
        loss = F.cross_entropy(self.out(h).flatten(0, 1).float(), target.flatten(), ignore_index=-1)
        return {"code": (loss, int((target >= 0).sum()))}
