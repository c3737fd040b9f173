"""Voices of notes in chord order: each note attends to the notes around it, by their distance in pitch and in time."""

import torch
from torch import nn
from torch.nn.functional import pad, scaled_dot_product_attention

LINES = 4  # melody, bass, inner, second
REACH = 48  # notes before and after
PITCH_PERIODS = (6.0, 12.0, 48.0)  # semitones a turn
TIME_PERIODS = (0.5, 3.0, 20.0)  # seconds a turn


def turns(start, pitch):
    """(B, N), (B, N) -> cosines and sines (B, 1, N, half a head)."""
    p = pitch[..., None] / torch.tensor(PITCH_PERIODS)
    t = start[..., None] / torch.tensor(TIME_PERIODS)
    angle = 2 * torch.pi * torch.cat([p, t], -1)[:, None]
    return angle.cos(), angle.sin()


def turned(x, cos, sin):
    a, b = x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, a * sin + b * cos], -1)


def windows(x):
    """(..., N, d) -> (..., N / REACH, 3 REACH, d): each block with those beside it."""
    x = x.unflatten(-2, (-1, REACH))
    z = torch.zeros_like(x[..., :1, :, :])
    return torch.cat([torch.cat([z, x[..., :-1, :, :]], -3), x, torch.cat([x[..., 1:, :, :], z], -3)], -2)


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(width)
        self.ask = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x, turn, mask):
        b, n, w = x.shape
        q, k, v = self.ask(self.norm(x)).view(b, n, 3, self.heads, w // self.heads).permute(2, 0, 3, 1, 4)
        q, k = turned(q, *turn).unflatten(-2, (-1, REACH)), windows(turned(k, *turn))
        y = scaled_dot_product_attention(*(z.transpose(1, 2).flatten(0, 1) for z in (q, k, windows(v))), mask)
        y = y.unflatten(0, (b, -1)).transpose(2, 3)  # block, place, head
        return x + self.out(y.reshape(b, n, w))


class Feed(nn.Module):
    def __init__(self, width, inner):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.wide = nn.Linear(width, inner)
        self.out = nn.Linear(inner, width)

    def forward(self, x):
        return x + self.out(torch.relu(self.wide(self.norm(x))))


class VoiceTagger(nn.Module):
    def __init__(self, features, width=48, layers=3, heads=4, dropout=0.1):
        super().__init__()
        self.first = nn.Linear(features, width)
        self.second = nn.Linear(width, width)
        self.attention = nn.ModuleList(Attention(width, heads) for _ in range(layers))
        self.feed = nn.ModuleList(Feed(width, 2 * width) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.last = nn.Linear(width, LINES)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, start, pitch, known):
        """(B, N, features), onsets in seconds, pitches, where there is a note (B, N) -> (B, N, LINES) logits."""
        n = x.shape[1]
        room = -n % REACH
        x, start, pitch, known = pad(x, (0, 0, 0, room)), pad(start, (0, room)), pad(pitch, (0, room)), pad(known, (0, room))
        turn = turns(start, pitch)
        mine, theirs = torch.arange(REACH)[:, None] + REACH, torch.arange(3 * REACH)
        near = (mine - theirs).abs() <= REACH
        heard = windows(known[..., None].float()).transpose(-1, -2) > 0.5
        mask = torch.where(near & heard | (mine == theirs), 0.0, -1e9).flatten(0, 1)[:, None]
        x = self.second(torch.relu(self.first(x)))
        for attend, feed in zip(self.attention, self.feed):
            x = feed(attend(self.dropout(x), turn, mask))
        return self.last(self.norm(x))[:, :n]
