"""Musical-element regularization (Ji & Yang 2024): ties slice e to element e by comparing pairs.

For a pair (j, k): | tanh(s_j - s_k) - sign(a_j - a_k) |, s = the slice reduced to a scalar, a = the element's value.
Two departures, both needed for it to bite: pairs are taken only where both sides carry the element (else the sign
learns "carried or not"), and the scalar is divided by its detached deviation (else the slices shrink and tanh stays near 0).
The reducer is linear; `carried_only=False` gives the paper's choice of pairs.
"""

import torch
from torch import nn

from training.muser.layers import Named


class Regularizer(nn.Module):
    def __init__(self, widths, pairs_per_item=4):
        """widths: {element: slice width}."""
        super().__init__()
        self.reducers = Named({e: nn.Linear(w, 1, bias=False) for e, w in widths.items()})
        self.gain = nn.Parameter(torch.ones(len(widths)))
        self.pairs = pairs_per_item

    def forward(self, slices, values, carried):
        """slices {e: (N, w)}, values {e: (N,)}, carried {e: (N,) bool} -> {e: mean loss over pairs}."""
        losses = {}
        for e, z in slices.items():
            z, a = z.float()[carried[e]], values[e].float()[carried[e]]
            if len(a) < 2:
                continue
            s = self.reducers[e](z)[:, 0]
            s = self.gain[list(slices).index(e)] * s / (s.detach().std() + 1e-4)
            j = torch.randint(len(a), (self.pairs * len(a),))
            k = torch.randint(len(a), (self.pairs * len(a),))
            losses[e] = (torch.tanh(s[j] - s[k]) - torch.sign(a[j] - a[k])).abs().mean()
        return losses
