"""Building blocks shared by every network here: grouped linear maps and causal stacks of linear attention.

A *group* is a set of networks of one shape that run side by side (the seven element decoders): one batched matrix
product serves them all, which on a CPU is twice as fast as seven small ones.
Shapes: G groups, B sequences, T steps, D width, H heads, d = D / H.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn

from training.muser.vocabulary import SOURCES

EPS = 1e-6
CHUNK = 64


class GroupLinear(nn.Module):
    """G independent linear maps: (G, ..., in) -> (G, ..., out). With G = 1 it is an ordinary linear layer."""

    def __init__(self, groups, inputs, outputs, std=None):
        super().__init__()
        self.groups = groups
        std = std if std is not None else 1 / math.sqrt(inputs)
        self.weight = nn.Parameter(torch.randn(groups, outputs, inputs) * std)
        self.bias = nn.Parameter(torch.zeros(groups, outputs))

    def forward(self, x):
        if self.groups == 1:
            return F.linear(x[0], self.weight[0], self.bias[0])[None]
        flat = x.reshape(self.groups, -1, x.shape[-1])
        y = torch.bmm(flat, self.weight.transpose(1, 2)) + self.bias[:, None].to(flat.dtype)
        return y.view(*x.shape[:-1], -1)


class GroupNorm(nn.Module):
    """Layer norm over the last axis with its own gain and bias for each group."""

    def __init__(self, groups, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(groups, width))
        self.bias = nn.Parameter(torch.zeros(groups, width))

    def forward(self, x):
        if x.shape[0] == 1:
            return F.layer_norm(x[0], x.shape[-1:], self.weight[0], self.bias[0])[None]
        shape = (x.shape[0],) + (1,) * (x.dim() - 2) + (x.shape[-1],)
        return F.layer_norm(x, x.shape[-1:]) * self.weight.view(shape) + self.bias.view(shape)


def feature_map(x):
    return F.elu(x) + 1


def causal_attention(q, k, v, decay):
    """Linear attention with a decay per head, in chunks: (N, H, T, d) each, decay (H,) -> (N, H, T, d).

    The recurrent form is S = g S + k v^T, z = g z + k, out = (q S) / (q z + EPS); within a chunk the same sums are
    taken as a masked product, between chunks through S. A column of ones beside v carries z.
    """
    n, h, t, d = q.shape
    pad = -t % CHUNK if t > CHUNK else 0
    c = CHUNK if t > CHUNK else t
    if pad:
        q, k, v = (F.pad(x, (0, 0, 0, pad)) for x in (q, k, v))
    chunks = (t + pad) // c
    v = torch.cat([v, torch.ones_like(v[..., :1])], -1)
    if pad:
        v[..., t:, -1] = 0
    q, k, v = (x.reshape(n, h, chunks, c, -1) for x in (q, k, v))
    step = torch.arange(c, device=q.device)
    gap = step[:, None] - step[None, :]
    mask = (decay[:, None, None] ** gap.clamp(min=0)) * (gap >= 0)  # (H, c, c)
    within = (q @ k.transpose(-1, -2)) * mask[None, :, None].to(q.dtype)
    out = within @ v
    if chunks > 1:
        fade_in = (decay[:, None] ** (c - 1 - step))[None, :, None, :, None].to(k.dtype)
        fade_out = (decay[:, None] ** (step + 1))[None, :, None, :, None].to(q.dtype)
        update = (k * fade_in).transpose(-1, -2) @ v  # (N, H, chunks, d, d + 1)
        state, states = torch.zeros_like(update[:, :, 0]), []
        carry = (decay**c)[None, :, None, None].to(update.dtype)
        for i in range(chunks):
            states.append(state)
            state = carry * state + update[:, :, i]
        out = out + (q * fade_out) @ torch.stack(states, 2)
    out = out.reshape(n, h, chunks * c, d + 1)[:, :, :t]
    return out[..., :-1] / (out[..., -1:] + EPS)


def full_attention(q, k, v, key_mask=None):
    """Linear attention over a whole sequence: q (N, H, T, d), k and v (N, H, S, d), key_mask (N, S) true where real."""
    if key_mask is not None:
        k = k * key_mask[:, None, :, None].to(k.dtype)
    state = k.transpose(-1, -2) @ v
    z = k.sum(2)
    return (q @ state) / ((q * z[:, :, None]).sum(-1, keepdim=True) + EPS)


class Attention(nn.Module):
    def __init__(self, groups, width, heads, decay=None, causal=True):
        super().__init__()
        self.heads, self.causal = heads, causal
        self.qkv = GroupLinear(groups, width, 3 * width)
        self.out = GroupLinear(groups, width, width)
        self.register_buffer("decay", torch.tensor(decay if decay else [1.0] * heads), persistent=False)

    def forward(self, x, key_mask=None):
        g, b, t, width = x.shape
        qkv = self.qkv(x).view(g * b, t, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        q, k, v = feature_map(qkv[0]), feature_map(qkv[1]), qkv[2]
        y = causal_attention(q, k, v, self.decay) if self.causal else full_attention(q, k, v, key_mask)
        return self.out(y.transpose(1, 2).reshape(g, b, t, width))


class CrossAttention(nn.Module):
    def __init__(self, groups, width, heads):
        super().__init__()
        self.heads = heads
        self.q = GroupLinear(groups, width, width)
        self.kv = GroupLinear(groups, width, 2 * width)
        self.out = GroupLinear(groups, width, width)

    def forward(self, x, memory, key_mask=None):
        g, b, t, width = x.shape
        q = self.q(x).view(g * b, t, self.heads, -1).transpose(1, 2)
        kv = self.kv(memory).view(g * b, memory.shape[2], 2, self.heads, -1).permute(2, 0, 3, 1, 4)
        y = full_attention(feature_map(q), feature_map(kv[0]), kv[1], key_mask)
        return self.out(y.transpose(1, 2).reshape(g, b, t, width))


class FeedForward(nn.Module):
    def __init__(self, groups, width, inner):
        super().__init__()
        self.up = GroupLinear(groups, width, inner)
        self.down = GroupLinear(groups, inner, width)

    def forward(self, x):
        return self.down(F.gelu(self.up(x), approximate="tanh"))


class Layer(nn.Module):
    """One layer, pre-norm or post-norm; see the class Stack for the options."""

    def __init__(self, groups, spec, causal):
        super().__init__()
        width = spec["width"]
        self.pre = spec["norm"] == "pre"
        self.attn = Attention(groups, width, spec["heads"], spec.get("decay"), causal)
        self.ffn = FeedForward(groups, width, spec["ffn"])
        self.norm1, self.norm2 = GroupNorm(groups, width), GroupNorm(groups, width)
        if spec.get("cross"):
            self.cross, self.norm3 = CrossAttention(groups, width, spec["heads"]), GroupNorm(groups, width)
        self.dropout = nn.Dropout(spec.get("dropout", 0.0))
        if self.pre:  # residual branches start small, so that a deep stack starts near the identity
            for branch in (self.attn.out, self.ffn.down):
                branch.weight.data.mul_(1 / math.sqrt(2 * spec["layers"]))

    def forward(self, x, memory=None, memory_mask=None, key_mask=None):
        if self.pre:
            x = x + self.dropout(self.attn(self.norm1(x), key_mask))
            if memory is not None:
                x = x + self.dropout(self.cross(self.norm3(x), memory, memory_mask))
            return x + self.dropout(self.ffn(self.norm2(x)))
        x = self.norm1(x + self.dropout(self.attn(x, key_mask)))
        if memory is not None:
            x = self.norm3(x + self.dropout(self.cross(x, memory, memory_mask)))
        return self.norm2(x + self.dropout(self.ffn(x)))


class Stack(nn.Module):
    """Layers of linear attention with a final norm.

    spec: {layers, heads, width, ffn, norm: "pre" | "post", cross, decay: one number a head or absent, dropout}.
    (G, B, T, D) -> (G, B, T, D).
    """

    def __init__(self, spec, groups=1, causal=True):
        super().__init__()
        self.layers = nn.ModuleList(Layer(groups, spec, causal) for _ in range(spec["layers"]))
        self.norm = GroupNorm(groups, spec["width"])

    def forward(self, x, memory=None, memory_mask=None, key_mask=None):
        for layer in self.layers:
            x = layer(x, memory, memory_mask, key_mask)
        return self.norm(x)


class TableSum(nn.Module):
    """Sum of one row of each of several tables: the folded form of "embed, concatenate, project"."""

    def __init__(self, sizes, width, std=0.25):
        super().__init__()
        self.sizes = dict(sizes)
        offsets = torch.tensor([0, *self.sizes.values()]).cumsum(0)
        self.register_buffer("offsets", offsets[:-1], persistent=False)
        self.rows = nn.Parameter(torch.randn(int(offsets[-1]), width) * std)
        self.bias = nn.Parameter(torch.zeros(width))

    def forward(self, indices):
        """indices (..., number of tables) -> (..., width)."""
        flat = (indices.reshape(-1, indices.shape[-1]) + self.offsets).long()
        return F.embedding_bag(flat, self.rows, mode="sum").view(*indices.shape[:-1], -1) + self.bias

    def tables(self):
        """Name -> (size, width) view of the rows."""
        return dict(zip(self.sizes, self.rows.split(list(self.sizes.values())), strict=True))


class EmotionEmbedding(nn.Module):
    """(valence, arousal) in -1..1 -> width; a learnt vector where the emotion is withheld."""

    def __init__(self, width, hidden=64):
        super().__init__()
        self.inner = nn.Linear(3, hidden)
        self.outer = nn.Linear(hidden, width)
        self.none = nn.Parameter(torch.zeros(width))

    def forward(self, emotion, withheld):
        """emotion (..., 2); withheld (...) bool."""
        v, a = emotion[..., 0], emotion[..., 1]
        x = torch.stack([v, a, v * a], -1)
        y = self.outer(F.gelu(self.inner(x), approximate="tanh"))
        return torch.where(withheld[..., None], self.none.to(y.dtype), y)


def source_rows(width):
    """A row for each source of training songs, added to every step: what is the manner of one source (Pop1k7's even loudness and
    repeated notes) need not be learnt as that of all music. export.py folds EMOPIA's into the biases."""
    return nn.Parameter(torch.zeros(len(SOURCES), width))


def sinusoids(steps, width):
    """Sinusoidal positions (steps, width): sines on even columns, cosines on odd ones (Vaswani et al. 2017)."""
    position = torch.arange(steps)[:, None]
    rate = torch.exp(torch.arange(0, width, 2) * (-math.log(10000.0) / width))
    table = torch.zeros(steps, width)
    table[:, 0::2] = torch.sin(position * rate)
    table[:, 1::2] = torch.cos(position * rate)
    return table


def half_lives(steps):
    """Decay per head from half-lives in steps; 0 means no decay."""
    return [2 ** (-1 / s) if s else 1.0 for s in steps]


class Named(nn.Module):
    """Modules by name; unlike nn.ModuleDict it takes any name ("type" is one of our elements)."""

    def __init__(self, modules):
        super().__init__()
        self.by_name = nn.ModuleDict({f"{name}_": module for name, module in modules.items()})

    def __getitem__(self, name):
        return self.by_name[f"{name}_"]

    def __contains__(self, name):
        return f"{name}_" in self.by_name

    def names(self):
        return [name[:-1] for name in self.by_name]

    def items(self):
        return [(name, self[name]) for name in self.names()]
