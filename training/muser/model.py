"""The codec: encoder, codebooks and two-level decoder, for both configurations (codes a beat, or a code a word).

`affetto` (codeRate "beat"): the decoder's step sees the slices of its own beat and of the next one, nothing further, so
that streaming is exact and no slice reaches another element's decoder except through the music already written.
`muser-paper` (codeRate "word"): the paper's model; cross-attention over all codes, own slice of its own step's code.
With no layers in the element decoders there is one level only: heads read the global stack, and no slice reaches a head beside it.
Shapes: B sequences, T words, N beats, D the global width, E = 7 elements.
"""

import torch
import torch.nn.functional as F
from torch import nn

from training.muser.encoder import OwnEncoder, WordEncoder, scale_tables
from training.muser.layers import EmotionEmbedding, GroupLinear, Named, Stack, TableSum, sinusoids, source_rows
from training.muser.quantizer import Codebook
from training.muser.regularizer import Regularizer
from training.muser.vocabulary import (
    BAR_BEAT,
    CHORD,
    ELEMENTS,
    FEATURES,
    FIRST_POSITION,
    METRICAL,
    NOTE,
    ORDER,
    SIZES,
    STEPS_PER_BEAT,
    TYPE,
)  # fmt: skip

# The paper's embedding widths: N(0,1) x sqrt(w), projected from 1248 (or 1376) inputs, has this deviation once folded.
PAPER_WIDTHS = {"tempo": 128, "chord": 256, "barBeat": 64, "type": 32, "pitch": 512, "duration": 128, "velocity": 128,
                "emotion": 128}  # fmt: skip
PAPER_STDS = {name: width / (3 * 1376) ** 0.5 for name, width in PAPER_WIDTHS.items()}


def linears(books, width):
    """A projection of each book's codes."""
    return Named({b["name"]: nn.Linear(b["dim"], width, bias=False) for b in books})


class Heads(nn.Module):
    """Output layers of the elements: y, plus rows for the elements already chosen in this word -> logits."""

    def __init__(self, config):
        super().__init__()
        spec = config["decoder"]
        width, self.hidden, self.joins = spec["element"]["width"], spec["hidden"], spec["joins"]
        outputs = {e: self.hidden or SIZES[e] for e in ELEMENTS}
        self.inner = Named({e: nn.Linear(width, outputs[e]) for e in ELEMENTS})
        self.join = Named({e: Named({j: nn.Embedding(SIZES[j], outputs[e]) for j in self.joins[e]}) for e in ELEMENTS})
        for e in ELEMENTS:
            for _, table in self.join[e].items():
                table.weight.data.normal_(std=0.25)
        self.outer = Named({e: nn.Linear(self.hidden, SIZES[e]) for e in ELEMENTS} if self.hidden else {})

    def forward(self, e, y, words):
        """y (..., width), words (..., 7) with the values chosen so far -> (..., V_e)."""
        x = self.inner[e](y)
        for j, table in self.join[e].items():
            x = x + table(words[..., ELEMENTS.index(j)].long()).to(x.dtype)
        return self.outer[e](F.gelu(x, approximate="tanh")) if self.hidden else x


class Decoder(nn.Module):
    """Global decoder and seven element decoders."""

    def __init__(self, config):
        super().__init__()
        spec = config["decoder"]
        self.config, self.beat_rate = config, config["codeRate"] == "beat"
        width, element_width = spec["global"]["width"], spec["element"]["width"]
        books = config["books"]
        if self.beat_rate:
            self.embed = TableSum(FEATURES, width)
            self.emotion = EmotionEmbedding(width)
            self.source = source_rows(width)
            shared = [b for b in books if b["element"] in spec["globalBooks"]]
            self.cur, self.next = linears(shared, width), linears(shared, width)
            self.element_cur, self.element_next = linears(books, element_width), linears(books, element_width)
        else:
            self.embed = TableSum({**SIZES, "emotion": 5}, width)
            scale_tables(self.embed, PAPER_STDS)
            self.register_buffer("positions", sinusoids(config["maxSteps"], width), persistent=False)
            self.memory = nn.Linear(books[0]["dim"], width)
            self.element_codes = nn.ModuleList(nn.Linear(config["sliceDim"], element_width) for _ in ELEMENTS)
        if spec["element"]["layers"] == 0:  # one level: whatever reaches an element's head went through the global stack
            own = (self.element_cur, self.element_next) if self.beat_rate else (self.element_codes,)
            for parameter in (p for module in own for p in module.parameters()):
                parameter.data.zero_()
                parameter.requires_grad_(False)
        self.stack = Stack(spec["global"])
        self.element_in = GroupLinear(len(ELEMENTS), width, element_width)
        self.elements = Stack(spec["element"], groups=len(ELEMENTS))
        self.heads = Heads(config)

    @staticmethod
    def beat_memory(codes, cur, following, names):
        """{book: (B, N, dim)} -> (B, N + 1, width): row p + 1 is what a step sees whose beat pointer is p (-1 = before the first)."""
        total = 0
        for name in names:
            total = total + F.pad(cur[name](codes[name]), (0, 0, 1, 0)) + F.pad(following[name](codes[name]), (0, 0, 0, 1))
        return total

    def forward(self, batch, codes):
        """codes: {book: (B, N, dim)} or (B, T, 112) -> y (E, B, T, element width), before the heads."""
        if self.beat_rate:
            pointer = batch["pointer"].long()  # (B, T), 0 = before the first beat
            rows = torch.arange(len(pointer))[:, None]
            emotion = self.emotion(batch["emotion"], batch["withheld"][:, None].expand(batch["emotion"].shape[:2]))
            memory = self.beat_memory(codes, self.cur, self.next, self.cur.names()) + torch.cat([emotion[:, :1], emotion], 1)
            source = self.source[batch["source"]][:, None]
            h = self.stack((self.embed(batch["features"]) + memory[rows, pointer] + source)[None])[0]
            per_element = []
            for e in ELEMENTS:
                mine = [b["name"] for b in self.config["books"] if b["element"] == e]
                part = self.beat_memory(codes, self.element_cur, self.element_next, mine)
                per_element.append(part[rows, pointer])
            own = torch.stack(per_element)
        else:
            x = self.embed(batch["features"]) + self.positions[: batch["features"].shape[1]]
            mask = batch["mask"]
            h = self.stack(x[None], self.memory(codes)[None], mask)[0]
            slices = codes.split(self.config["sliceDim"], -1)
            own = torch.stack([m(s) for m, s in zip(self.element_codes, slices, strict=True)])
        y = self.element_in(h[None].expand(len(ELEMENTS), *h.shape)) + own
        return self.elements(y)


class Codec(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config, self.beat_rate = config, config["codeRate"] == "beat"
        if self.beat_rate:
            self.encoder = OwnEncoder(config)
        else:
            stds = {e: PAPER_WIDTHS[e] / (3 * 1248) ** 0.5 for e in ELEMENTS}
            self.encoder = WordEncoder(config, SIZES, stds)
        quantizer = {"open_for": config["training"].get("openFor", 0), "idle_limit": config["training"].get("idleLimit", 0)}
        self.books = Named({b["name"]: Codebook(b["size"], b["dim"], **quantizer) for b in config["books"]})
        self.decoder = Decoder(config)
        self.regularizer = Regularizer(self.slice_widths())
        self.frozen = False  # encoder and books fixed, so that a prior can be trained on their codes

    def slice_widths(self):
        if not self.beat_rate:
            return dict.fromkeys(ELEMENTS, self.config["sliceDim"])
        return {e: sum(b["dim"] for b in self.config["books"] if b["element"] == e) for e in ELEMENTS}

    def freeze_codes(self):
        self.frozen = True
        self.encoder.requires_grad_(False).eval()
        return self

    def train(self, mode=True):
        super().train(mode)
        if self.frozen:
            self.encoder.eval()
        return self

    def quantize(self, batch):
        """-> decoder codes, indices ({book: (B, N)} or (B, T)), commitment, slices before and flat index mask."""
        learn = self.training and not self.frozen
        if not self.beat_rate:
            z = self.encoder(batch["words"], batch["mask"])
            mask = batch["mask"]
            q, index, commitment = self.books["shared"](z[mask], learn)
            codes = torch.zeros(*mask.shape, q.shape[-1]).masked_scatter(mask[..., None], q)
            full = torch.zeros(mask.shape, dtype=torch.long).masked_scatter(mask, index)
            return codes, full, commitment, dict(zip(ELEMENTS, z[mask].split(self.config["sliceDim"], -1), strict=True))
        mask = batch["beat_mask"]
        codes, indices, commitment, slices = {}, {}, 0.0, {}
        for name, z in self.encoder(batch["beat_ints"], batch["beat_floats"], mask).items():
            q, index, loss = self.books[name](z, learn)
            codes[name] = torch.zeros(*mask.shape, q.shape[-1]).masked_scatter(mask[..., None], q)
            indices[name] = torch.zeros(mask.shape, dtype=torch.long).masked_scatter(mask, index)
            commitment = commitment + loss / len(self.config["books"])
            slices.setdefault(next(b["element"] for b in self.config["books"] if b["name"] == name), []).append(z)
        return codes, indices, commitment, {e: torch.cat(parts, -1) for e, parts in slices.items()}

    def losses(self, batch, codes):
        """Cross-entropies: {element: (mean over its steps, number of steps)}; see `carried_steps`."""
        y = self.decoder(batch, codes)
        out = {}
        for e, steps in carried_steps(batch, self.beat_rate).items():
            words = batch["words"][steps]
            logits = self.heads_logits(e, y[ELEMENTS.index(e)][steps], words)
            out[e] = (F.cross_entropy(logits.float(), words[:, ELEMENTS.index(e)].long()), int(steps.sum()))
        return out

    def heads_logits(self, e, y, words):
        return self.decoder.heads(e, y, words)

    def forward(self, batch):
        """-> total loss, dictionary of its parts."""
        codes, indices, commitment, slices = self.quantize(batch)
        parts = {e: loss for e, (loss, _) in self.losses(batch, codes).items()}
        weights = self.config["training"]["elementWeights"]
        ce = sum(weights[e] * loss for e, loss in parts.items()) / sum(weights.values())
        total = ce + self.config["training"]["commitment"] * commitment
        reg_weight = self.config["training"]["regularization"]
        if not self.frozen:
            reg = self.regularizer(slices, *element_values(batch, self.config))
            parts |= {f"reg.{e}": loss for e, loss in reg.items()}
            # Without regularization the reducers still learn (on detached slices they read, never shape, the code).
            if reg_weight:
                total = total + reg_weight * sum(reg.values())
        return total, {"loss": ce, "commitment": commitment, **parts}


def carried_steps(batch, beat_rate):
    """{element: (B, T) bool}: the steps whose word can carry the element. The paper's loss counts every step for all."""
    words, real = batch["words"], batch["mask"]
    if not beat_rate:
        return dict.fromkeys(ORDER, real)
    kind, place = words[..., TYPE], words[..., BAR_BEAT]
    note = real & (kind == NOTE)
    beat_start = real & (place >= FIRST_POSITION) & ((place.int() - FIRST_POSITION) % STEPS_PER_BEAT == 0)
    return {"type": real, "barBeat": real & (kind == METRICAL), "chord": beat_start, "tempo": beat_start,
            "pitch": note, "duration": note, "velocity": note}  # fmt: skip


FIFTHS = [(7 * pc + 5) % 12 - 5 for pc in range(12)]  # place of each pitch class on the circle of fifths from C: -5..6


def element_values(batch, config):
    """The ordered attribute of each element, and where it is carried, flattened like the slices."""
    if config["codeRate"] == "word":
        words = batch["words"][batch["mask"]]
        values = {e: words[:, i] for i, e in enumerate(ELEMENTS)}
        if config["training"].get("carriedPairsOnly", False):
            carried = {e: (words[:, i] > (1 if e in ("tempo", "chord") else 0)) for i, e in enumerate(ELEMENTS)}
        else:
            carried = dict.fromkeys(ELEMENTS, torch.ones(len(words), dtype=torch.bool))
        return values, carried
    mask = batch["beat_mask"]
    ints, floats = batch["beat_ints"][mask].long(), batch["beat_floats"][mask].float()
    chord = ints[:, CHORD]
    brightness = torch.tensor(FIFTHS)[((chord - 3).clamp(min=0) // 11)].float()
    sounding = ints[:, 2] > 0
    every = torch.ones_like(sounding)
    values = {"tempo": ints[:, 0], "chord": brightness, "type": ints[:, 2], "barBeat": floats[:, :4].sum(1),
              "pitch": floats[:, 8 + 20], "duration": floats[:, 29 + 18], "velocity": floats[:, 48 + 42]}  # fmt: skip
    carried = {"tempo": every, "chord": chord >= 3, "type": every, "barBeat": sounding, "pitch": sounding,
               "duration": sounding, "velocity": sounding}  # fmt: skip
    return values, carried
