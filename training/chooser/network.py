"""The chooser's network: it hears bar after bar and says after each how likely a player wrote what it has heard, and how it feels.

Nothing looks ahead, so what is said of bars does not change when more are written, and a candidate for the next bars costs
those bars alone."""

import torch
import torch.nn.functional as F
from torch import nn

from training.chooser.bars import FEATURES, LIKENESS, STEPS

WIDTH = 40
MEMORY = 48
REACHES = (1, 2, 4, 8)  # steps back, twice


class Layer(nn.Module):
    """A step and those `reach` and twice as far before it."""

    def __init__(self, reach):
        super().__init__()
        self.reach = reach
        self.weigh = nn.Linear(3 * WIDTH, WIDTH)

    def forward(self, x):
        count, r = x.shape[1], self.reach
        before = F.pad(x, (0, 0, 2 * r, 0))
        return x + F.relu(self.weigh(torch.cat([before[:, :count], before[:, r : r + count], x], 2)))


class Chooser(nn.Module):
    def __init__(self, dropout=0.3):
        super().__init__()
        self.enter = nn.Linear(FEATURES, WIDTH)
        self.layers = nn.ModuleList(Layer(reach) for reach in REACHES)
        self.remember = nn.GRU(2 * WIDTH + LIKENESS, MEMORY, batch_first=True)
        self.leave = nn.Linear(MEMORY, 3)
        self.drop = nn.Dropout(dropout)

    def forward(self, rows, likeness):
        """(B, bars * STEPS, FEATURES), (B, bars, LIKENESS) -> (B, bars) logits, (B, bars, 2) valence and arousal."""
        x = self.enter(rows)
        for layer in self.layers:
            x = layer(x)
        bars = x.unflatten(1, (-1, STEPS))
        seen = torch.cat([bars.mean(2), bars.amax(2), likeness], 2)
        heard, _ = self.remember(self.drop(seen))
        out = self.leave(self.drop(heard))
        return out[:, :, 0], torch.tanh(out[:, :, 1:])
