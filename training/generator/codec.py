"""The codec: slices of a beat in residual codebooks, and the two-level decoder that writes words from them.

Each element (pitch: each voice) of a beat is encoded by itself into a slice, and the slice by a first codebook and further
ones for what is left (residual quantisation, Zeghidour et al. 2021). The first codes are the plan that the prior writes; all
codes together hold the notes, for reconstruction and transfer. In training the further codes are withheld from half of
the rows, so that one decoder serves both: with the plan alone it is a language model of music under a plan.

The decoder's step sees codes of its own beat and of the next one. The global stack sees the slices of bar-beat and
type and the emotion; an element's decoder sees the global stack's output and its own slices, nothing else.
Shapes: B sequences, T words, N beats.
"""

import torch
import torch.nn.functional as F
from torch import nn

from training.generator.beats import ELEMENT, GROUPS, OFFSETS
from training.generator.network import Stack, TableSum
from training.generator.returns import REFERENCE
from training.generator.words import (
    BAR_BEAT,
    CODED,
    ELEMENTS,
    FEATURES,
    FIRST_POSITION,
    MELODY,
    METRICAL,
    ORDER,
    SIZES,
    SOURCES,
    STEPS_PER_BEAT,
    TYPE,
)
from training.muser.layers import EmotionEmbedding, Named
from training.muser.quantizer import Codebook
from training.muser.regularizer import Regularizer


class SliceEncoder(nn.Module):
    """Rows of a table, summed, through two layers -> (beats, dim), of unit variance."""

    def __init__(self, rows, hidden, dim):
        super().__init__()
        self.table = nn.EmbeddingBag(rows, hidden, mode="sum", padding_idx=0)
        self.table.weight.data.mul_(0.3)
        self.inner, self.outer = nn.Linear(hidden, hidden), nn.Linear(hidden, dim)
        self.norm = nn.BatchNorm1d(dim, affine=False)

    def forward(self, entries):
        x = F.gelu(self.table(entries), approximate="tanh")
        return self.norm(self.outer(F.gelu(self.inner(x), approximate="tanh")))


class ResidualBook(nn.Module):
    def __init__(self, sizes, dim):
        super().__init__()
        self.books = nn.ModuleList(Codebook(size, dim, idle_limit=200) for size in sizes)

    def forward(self, z, learn):
        """z (n, dim) -> first code and sum of the further ones (straight through), indices (n, levels), commitment."""
        rest, total, indices, commitment = z.detach().float(), 0, [], 0.0
        first = None
        for book in self.books:
            _, index, _ = book(rest, learn)
            code = book.codes[index]
            total = total + code
            first = code if first is None else first
            rest = rest - code
            indices.append(index)
            commitment = commitment + F.mse_loss(z.float(), total)
        plan = z + (first - z).detach()
        detail = (z - plan.detach()) + (total - first - (z - plan)).detach()
        return plan, detail, torch.stack(indices, 1), commitment / len(self.books)


class ElementDecoder(nn.Module):
    """An element's own decoder and head: (steps, global width), own slices if it has any -> logits."""

    def __init__(self, spec, width, element):
        super().__init__()
        own, inner, hidden = spec["width"], spec["ffn"], spec["hidden"]
        self.enter = nn.Linear(width, own)
        self.norms = nn.ModuleList(nn.LayerNorm(own) for _ in range(spec["layers"]))
        self.ups = nn.ModuleList(nn.Linear(own, inner) for _ in range(spec["layers"]))
        self.downs = nn.ModuleList(nn.Linear(inner, own) for _ in range(spec["layers"]))
        self.norm = nn.LayerNorm(own)
        self.inner, self.outer = nn.Linear(own, hidden), nn.Linear(hidden, SIZES[element])
        self.joins = Named({j: nn.Embedding(SIZES[j], hidden) for j in spec["joins"][element]})
        for _, table in self.joins.items():
            table.weight.data.normal_(std=0.25)

    def forward(self, h, own, words):
        """h (n, width), own (n, element width) or 0, words (n, 8) with what the word holds so far -> (n, V)."""
        x = self.enter(h) + own
        for norm, up, down in zip(self.norms, self.ups, self.downs, strict=True):
            x = x + down(F.gelu(up(norm(x)), approximate="tanh"))
        x = self.inner(self.norm(x))
        for name, table in self.joins.items():
            x = x + table(words[:, ELEMENTS.index(name)].long()).to(x.dtype)
        return self.outer(F.gelu(x, approximate="tanh"))


class SliceReader(nn.Module):
    """What a step sees of the slices of some groups: of its own beat and of the next, plan and detail apart."""

    def __init__(self, groups, dims, width):
        super().__init__()
        self.groups = groups
        linears = lambda: Named({g: nn.Linear(dims[g], 2 * width, bias=False) for g in groups})
        self.plan, self.detail = linears(), linears()
        self.none = nn.Parameter(torch.zeros(2 * width))

    def forward(self, plan, detail, withheld):
        """{group: (B, N, dim)}, withheld (B,) bool -> (B, N + 1, width): row p is seen by steps in beat p - 1."""
        x = sum(self.plan[g](plan[g]) for g in self.groups)
        fine = sum(self.detail[g](detail[g]) for g in self.groups)
        x = x + torch.where(withheld[:, None, None], self.none.to(fine.dtype), fine)
        here, following = x.chunk(2, -1)
        return F.pad(here, (0, 0, 1, 0)) + F.pad(following, (0, 0, 0, 1))


class Decoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        spec = config["decoder"]
        width, own = spec["stack"]["width"], spec["element"]["width"]
        dims = {g["name"]: g["dim"] for g in config["groups"]}
        self.embed, self.emotion = TableSum(FEATURES, width), EmotionEmbedding(width)
        self.reference = TableSum(REFERENCE, width, 0.0)
        self.source = nn.Parameter(torch.zeros(len(SOURCES), width))
        self.shared = SliceReader(spec["sharedGroups"], dims, width)
        self.own = Named({e: SliceReader([g for g in GROUPS if ELEMENT[g] == e], dims, own) for e in CODED})
        self.stack = Stack(spec["stack"])
        self.elements = Named({e: ElementDecoder(spec["element"], width, e) for e in ELEMENTS})

    def memory(self, batch, plan, detail):
        """What steps see of codes and emotion, for the stack (B, N + 1, width) and for each element."""
        emotion = self.emotion(batch["emotion"], batch["withheld"][:, None].expand(batch["emotion"].shape[:2]))
        shared = self.shared(plan, detail, batch["plan_only"]) + torch.cat([emotion[:, :1], emotion], 1)
        return shared, {e: reader(plan, detail, batch["plan_only"]) for e, reader in self.own.items()}

    def forward(self, batch, plan, detail):
        """-> h (B, T, width), {element with slices: (B, N + 1, own width)}."""
        shared, own = self.memory(batch, plan, detail)
        rows = torch.arange(len(shared), device=shared.device)[:, None]
        x = self.embed(batch["features"]) + self.reference(batch["references"])
        x = x + shared[rows, batch["pointer"]] + self.source[batch["source"]][:, None]
        place = torch.arange(x.shape[1], device=x.device).expand(x.shape[:2])
        return self.stack(x, place, batch["step"]), own


class Codec(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        groups = config["groups"]
        self.encoders = Named({g["name"]: SliceEncoder(GROUPS[g["name"]][0], config["encoder"]["hidden"], g["dim"]) for g in groups})
        self.books = Named({g["name"]: ResidualBook(g["books"], g["dim"]) for g in groups})
        self.decoder = Decoder(config)
        self.regularizer = Regularizer({e: sum(g["dim"] for g in groups if ELEMENT[g["name"]] == e) for e in CODED})
        self.frozen = False  # encoders and books fixed, so that a prior can be trained on their codes

    def freeze_codes(self):
        self.frozen = True
        self.encoders.requires_grad_(False)
        return self

    def train(self, mode=True):
        super().train(mode)
        if self.frozen:
            self.encoders.eval()
        return self

    def quantize(self, entries, mask, learn):
        """entries (B, N, ENTRIES) -> plan, detail ({group: (B, N, dim)}), {group: (n, levels)} of real beats, commitment, slices."""
        flat = entries[mask].long()
        plan, detail, indices, commitment, slices = {}, {}, {}, 0.0, {}
        with torch.autocast(flat.device.type, enabled=False):
            for group in self.config["groups"]:
                name, first = group["name"], OFFSETS[group["name"]]
                z = self.encoders[name](flat[:, first : first + GROUPS[name][1]])
                p, d, indices[name], loss = self.books[name](z, learn)
                for out, value in ((plan, p), (detail, d)):
                    out[name] = torch.zeros(*mask.shape, z.shape[1], device=z.device).masked_scatter(mask[..., None], value)
                commitment = commitment + loss / len(self.config["groups"])
                slices.setdefault(ELEMENT[name], []).append(z)
        return plan, detail, indices, commitment, {e: torch.cat(parts, -1) for e, parts in slices.items()}

    def with_mistakes(self, plan, batch):
        """Some codes of rows without detail become those of other beats: a prior's plan is never quite right."""
        mask = batch["beat_mask"]
        real = mask.flatten().nonzero()[:, 0]
        out = {}
        for name, value in plan.items():
            wrong = (torch.rand(mask.shape, device=mask.device) < self.config["training"]["mistakes"]) & batch["plan_only"][:, None]
            others = value.flatten(0, 1)[real[torch.randint(len(real), mask.shape, device=mask.device)]]
            out[name] = torch.where(wrong[..., None], others, value)
        return out

    def losses(self, batch, plan, detail):
        """{element: (sum of cross-entropies, count)} over the steps that carry the element."""
        h, own = self.decoder(batch, plan, detail)
        real = batch["mask"]
        index = torch.arange(len(h), device=h.device)[:, None].expand(h.shape[:2])
        out = {}
        for e, steps in carried_steps(batch, real).items():
            words = batch["words"][steps]
            mine = own[e][index[steps], batch["pointer"][steps]] if e in own else 0
            logits = self.decoder.elements[e](h[steps], mine, words)
            out[e] = (F.cross_entropy(logits.float(), words[:, ELEMENTS.index(e)].long(), reduction="sum"), len(words))
        return out

    def forward(self, batch):
        """-> loss (nats a word, weighted, and what keeps the books), dictionary of its parts."""
        learn = self.training and not self.frozen
        plan, detail, _, commitment, slices = self.quantize(batch["entries"], batch["beat_mask"], learn)
        if self.training and self.frozen:
            plan = self.with_mistakes(plan, batch)
        parts = self.losses(batch, plan, detail)
        weights = self.config["training"]["elementWeights"]
        loss = sum(weights[e] * total for e, (total, _) in parts.items()) / batch["mask"].sum()
        flat = batch["beat_mask"]
        values = {e: batch["attributes"][flat][:, i] for i, e in enumerate(CODED)}
        carried = {e: batch["carried"][flat][:, i] for i, e in enumerate(CODED)}
        reg = self.regularizer(slices, values, carried)
        total = loss + self.config["training"]["commitment"] * commitment + self.config["training"]["regularization"] * sum(reg.values())
        return total, {"loss": loss.detach(), "commitment": commitment.detach(), **{e: t.detach() / n for e, (t, n) in parts.items()},
                       **{f"reg.{e}": r.detach() for e, r in reg.items()}}  # fmt: skip


def carried_steps(batch, real):
    """{element: (B, T) bool}: the steps whose word carries the element."""
    kind, place = batch["words"][..., TYPE], batch["words"][..., BAR_BEAT]
    note = real & (kind >= MELODY)
    beat_start = real & (place >= FIRST_POSITION) & ((place - FIRST_POSITION) % STEPS_PER_BEAT == 0)
    steps = {"type": real, "barBeat": real & (kind == METRICAL), "chord": beat_start, "tempo": beat_start,
             "pitch": note, "duration": note, "velocity": note, "timing": note}  # fmt: skip
    return {e: steps[e] for e in ORDER}
