"""Encoders: music -> slices before quantisation.

OwnEncoder (`affetto`): slice e of a beat sees element e of that beat and nothing else, which is what makes the slices
independent by construction. WordEncoder (`muser-paper`): the paper's transformer over all seven elements at once.
"""

import torch
import torch.nn.functional as F
from torch import nn

from training.muser.layers import Named, Stack, TableSum, sinusoids

# What each book of the beat encoder looks at: (columns of the integer features to one-hot, with their sizes) or a
# slice of the float features. See data.beat_features for how they are computed.
BEAT_INTS = {"tempo": 56, "chord": 135, "type": 16, "pitchBass": 87, "pitchTop": 87}
BEAT_FLOATS = {"barBeat": 8, "pitchClasses": 21, "duration": 19, "velocity": 47}


def beat_view(book, ints, floats):
    """The feature vector (B, beats, n) that `book` is encoded from."""
    if book in BEAT_INTS:
        column = list(BEAT_INTS).index(book)
        return F.one_hot(ints[..., column].long(), BEAT_INTS[book]).float()
    start = 0
    for name, width in BEAT_FLOATS.items():
        if name == book:
            return floats[..., start : start + width].float()
        start += width
    raise KeyError(book)


class OwnEncoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        hidden = config["encoder"]["hidden"]
        self.books = config["books"]
        views = {**BEAT_INTS, **BEAT_FLOATS}
        self.inner = Named({b["name"]: nn.Linear(views[b["name"]], hidden) for b in self.books})
        self.outer = Named({b["name"]: nn.Linear(hidden, b["dim"]) for b in self.books})
        self.norm = Named({b["name"]: nn.BatchNorm1d(b["dim"], affine=False, momentum=0.1) for b in self.books})

    def forward(self, ints, floats, mask):
        """(B, beats, 5), (B, beats, 95), (B, beats) -> {book: (real beats, dim)}, real beats in order."""
        slices = {}
        with torch.autocast("cpu", enabled=False), torch.autocast("cuda", enabled=False):
            for book in self.books:
                name = book["name"]
                x = beat_view(name, ints, floats)[mask]
                x = self.outer[name](F.gelu(self.inner[name](x), approximate="tanh"))
                slices[name] = self.norm[name](x)
        return slices


class WordEncoder(nn.Module):
    """(B, T, 7) words -> (B, T, 112): embeddings, sinusoidal positions, a non-causal stack, a projection."""

    def __init__(self, config, feature_sizes, stds):
        super().__init__()
        spec = config["encoder"]
        self.embed = TableSum(feature_sizes, spec["width"])
        scale_tables(self.embed, stds)
        self.stack = Stack(spec, causal=False)
        self.out = nn.Linear(spec["width"], config["books"][0]["dim"])
        self.register_buffer("positions", sinusoids(config["maxSteps"], spec["width"]), persistent=False)

    def forward(self, words, mask):
        x = self.embed(words) + self.positions[: words.shape[1]]
        return self.out(self.stack(x[None], key_mask=mask)[0])


def scale_tables(table_sum, stds):
    """Gives each table its own initial scale: that of N(0,1) x sqrt(width) embeddings folded through their projection."""
    for name, rows in table_sum.tables().items():
        rows.data.normal_(std=stds[name])
