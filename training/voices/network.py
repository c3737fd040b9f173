"""Voices of notes in chord order: dilated convolutions over what is known of each."""

import torch
from torch import nn

DILATIONS = (1, 2, 4, 8, 16, 32)


class Block(nn.Module):
    def __init__(self, width, dilation):
        super().__init__()
        self.wide = nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation)
        self.out = nn.Conv1d(width, width, 1)

    def forward(self, x, known):
        return (x + self.out(torch.relu(self.wide(x)))) * known


class VoiceTagger(nn.Module):
    def __init__(self, features, width=48, dilations=DILATIONS, dropout=0.1):
        super().__init__()
        self.first = nn.Conv1d(features, width, 1)
        self.second = nn.Conv1d(width, width, 1)
        self.blocks = nn.ModuleList(Block(width, d) for d in dilations)
        self.last = nn.Conv1d(width, 3, 1)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, known):
        """(B, N, features), (B, N) 1 where there is a note -> (B, N, 3) logits."""
        known = known[:, None]
        x = self.second(torch.relu(self.first(x.transpose(1, 2)))) * known
        for block in self.blocks:
            x = block(self.dropout(x), known)
        return self.last(torch.relu(x)).transpose(1, 2)
