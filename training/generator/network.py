"""Building blocks of the generator: causal softmax attention with rotary positions, and what stands around it.

Positions are told twice, each to half of a head's dimensions (rotary, Su et al. 2021): by place in the sequence, and by
musical time with periods of a beat, a bar and their multiples, so that a head can look at the same place of an earlier bar
however many words lie between. Shapes: B sequences, T steps, D width, H heads, d = D / H.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn

PLACE_BASE = 2048.0


def rotations(place, time, dim, first_period):
    """(B, T) places and times -> cos and sin (B, 1, T, dim / 2): a half of the angles by place, a half by time."""
    n = dim // 4
    rates = PLACE_BASE ** (-torch.arange(n, device=place.device) / n)
    periods = first_period * 2.0 ** torch.arange(n, device=place.device)
    angles = torch.cat([place[..., None].float() * rates, time[..., None].float() * (2 * math.pi / periods)], -1)
    return angles.cos()[:, None], angles.sin()[:, None]


def rotate(x, cos, sin):
    a, b = x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


CHUNK = 128


def causal_attention(q, k, v):
    """(B, H, T, d) each -> (B, H, T, d). In chunks of queries, each against the keys up to its end: on a CPU twice as fast,
    forwards and back, as the fused kernel."""
    b, h, t, d = q.shape
    if q.device.type != "cpu":
        return F.scaled_dot_product_attention(q, k, v, is_causal=True)
    q, k, v = q.flatten(0, 1), k.flatten(0, 1), v.flatten(0, 1)
    out = []
    for i in range(0, t, CHUNK):
        end = min(i + CHUNK, t)
        mask = torch.full((end - i, end), -math.inf, dtype=q.dtype).triu(i + 1)
        scores = torch.baddbmm(mask.expand(b * h, -1, -1), q[:, i:end], k[:, :end].transpose(1, 2), alpha=d**-0.5)
        out.append(torch.bmm(scores.softmax(-1), v[:, :end]))
    return torch.cat(out, 1).view(b, h, t, d)


class Memory:
    """Keys and values of the steps that each row of a stack has taken so far; rows may have taken more or fewer."""

    def __init__(self, layers, window, room=256):
        self.held, self.window, self.room, self.lengths = [None] * layers, window, room, None

    def begin(self, rows):
        """Before a step of all rows."""
        if self.lengths is None:
            self.lengths = torch.zeros(rows, dtype=torch.long)
        at, now = torch.arange(int(self.lengths.max()) + 1), self.lengths[:, None]
        self.mask = ((at <= now) & (at > now - self.window))[:, None, None]
        while self.room < len(at):
            self.room *= 2

    def add(self, layer, k, v):
        """k, v (B, H, 1, d) of this step -> all so far, (B, H, T, d) each; `mask` says what a row may look at."""
        held, end = self.held[layer], self.mask.shape[-1]
        if held is None or held.shape[3] < end:
            wider = torch.zeros(2, *k.shape[:2], self.room, k.shape[3], dtype=k.dtype)
            if held is not None:
                wider[:, :, :, : held.shape[3]] = held
            held = self.held[layer] = wider
        rows = torch.arange(len(k))
        held[0, rows, :, self.lengths], held[1, rows, :, self.lengths] = k[:, :, 0], v[:, :, 0]
        return held[0, :, :, :end], held[1, :, :, :end]

    def end(self, going=None):
        """After the step; only rows that are `going` (B,) keep it."""
        self.lengths += 1 if going is None else going

    def take(self, rows):
        """Goes on with these rows, which may repeat."""
        if self.lengths is not None:
            self.held, self.lengths = [h[:, rows] for h in self.held], self.lengths[rows]


class Layer(nn.Module):
    """Pre-norm attention and feed-forward; residual branches start small, so that a stack starts near the identity."""

    def __init__(self, width, heads, inner, layers, dropout=0.0):
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, inner), nn.Linear(inner, width)
        for branch in (self.out, self.down):
            branch.weight.data.mul_(1 / math.sqrt(2 * layers))

    def drop(self, x):
        return F.dropout(x, self.dropout, self.training) if self.dropout else x

    def forward(self, x, cos, sin, memory=None, layer=0):
        """(B, T, D) -> (B, T, D); with a memory T is 1: the next step."""
        b, t, width = x.shape
        qkv = self.qkv(self.norm1(x)).view(b, t, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        q, k, v = rotate(qkv[0], cos, sin), rotate(qkv[1], cos, sin), qkv[2]
        q, k = q.to(v.dtype), k.to(v.dtype)
        if memory is None:
            y = causal_attention(q, k, v)
        else:  # one step
            y = F.scaled_dot_product_attention(q, *memory.add(layer, k, v), attn_mask=memory.mask)
        x = x + self.drop(self.out(y.transpose(1, 2).reshape(b, t, width)))
        return x + self.drop(self.down(F.gelu(self.up(self.norm2(x)), approximate="tanh")))


class Stack(nn.Module):
    """spec: {layers, heads, width, ffn, window, firstPeriod (of time), dropout}. With a final norm."""

    def __init__(self, spec):
        super().__init__()
        self.spec = spec
        size = (spec["width"], spec["heads"], spec["ffn"], spec["layers"], spec.get("dropout", 0.0))
        self.layers = nn.ModuleList(Layer(*size) for _ in range(spec["layers"]))
        self.norm = nn.LayerNorm(spec["width"])

    def memory(self):
        return Memory(len(self.layers), self.spec["window"])

    def forward(self, x, place, time, memory=None, going=None):
        """(B, T, D) -> (B, T, D). With a memory T is 1, and of the rows only those that are `going` keep the step."""
        cos, sin = rotations(place, time, self.spec["width"] // self.spec["heads"], self.spec["firstPeriod"])
        if torch.is_autocast_enabled(x.device.type):  # the residual stream too: without a cast at every layer
            x, cos, sin = (each.to(torch.get_autocast_dtype(x.device.type)) for each in (x, cos, sin))
        if memory:
            memory.begin(len(x))
        for i, layer in enumerate(self.layers):
            x = layer(x, cos, sin, memory, i)
        if memory:
            memory.end(going)
        return self.norm(x)


class TableSum(nn.Module):
    """Sum of one row of each of several tables."""

    def __init__(self, sizes, width, std=0.25):
        super().__init__()
        self.sizes = dict(sizes)
        offsets = torch.tensor([0, *self.sizes.values()]).cumsum(0)
        self.register_buffer("offsets", offsets[:-1], persistent=False)
        self.rows = nn.Parameter(torch.randn(int(offsets[-1]), width) * std)

    def forward(self, indices):
        """(..., number of tables) -> (..., width)."""
        flat = (indices.reshape(-1, indices.shape[-1]) + self.offsets).long()
        return F.embedding_bag(flat, self.rows, mode="sum").view(*indices.shape[:-1], -1)
