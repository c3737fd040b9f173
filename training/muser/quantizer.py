"""Vector quantiser with EMA codebooks (van den Oord et al. 2017, appendix A.1), data-initialised, dead codes revived."""

import torch
import torch.nn.functional as F
from torch import nn


class Codebook(nn.Module):
    """One book of `size` codes of `dim`. Always in float32: distances in bf16 confuse near neighbours.

    open_for: updates during which vectors pass unquantised, before the codes are taken from data. A deep encoder's first
    vectors are nearly one point; codes laid on them die together once it moves.
    idle_limit: updates after which a code that nothing chose is revived; beside `revive_below`, the share of the mean use.
    """

    def __init__(self, size, dim, decay=0.99, revive_below=0.03, open_for=0, idle_limit=0):
        super().__init__()
        self.decay, self.revive_below, self.open_for, self.idle_limit = decay, revive_below, open_for, idle_limit
        self.register_buffer("updates", torch.tensor(0))
        self.register_buffer("idle", torch.zeros(size, dtype=torch.long))
        self.register_buffer("codes", torch.zeros(size, dim))
        self.register_buffer("count", torch.ones(size))
        self.register_buffer("total", torch.zeros(size, dim))
        self.register_buffer("ready", torch.tensor(False))
        self.register_buffer("revived", torch.tensor(0))

    def nearest(self, z):
        """(N, dim) -> (N,) index of the nearest code."""
        scores = z.pow(2).sum(1, keepdim=True) - 2 * z @ self.codes.T + self.codes.pow(2).sum(1)
        return scores.argmin(1)

    @torch.no_grad()
    def start(self, z):
        """Data initialisation: a greedy spread of real vectors (k-means++ seeding) and a few Lloyd rounds."""
        size = self.codes.shape[0]
        z = z[torch.randperm(len(z))[:4096]]
        z = z + 1e-3 * torch.randn_like(z)
        chosen = z[:1]
        gap = (z - chosen).pow(2).sum(1)
        while len(chosen) < size:
            pick = torch.multinomial(gap + 1e-9, 1)
            chosen = torch.cat([chosen, z[pick]])
            gap = torch.minimum(gap, (z - z[pick]).pow(2).sum(1))
        self.codes.copy_(chosen)
        for _ in range(5):
            index = self.nearest(z)
            hits = torch.bincount(index, minlength=size).float()
            sums = torch.zeros_like(self.codes).index_add_(0, index, z)
            used = hits > 0
            self.codes[used] = sums[used] / hits[used, None]
        self.count.fill_(len(z) / size)
        self.total.copy_(self.codes * self.count[:, None])
        self.ready.fill_(True)

    @torch.no_grad()
    def update(self, z, index):
        size = self.codes.shape[0]
        hits = torch.bincount(index, minlength=size).float()
        sums = torch.zeros_like(self.total).index_add_(0, index, z)
        self.count.mul_(self.decay).add_(hits, alpha=1 - self.decay)
        self.total.mul_(self.decay).add_(sums, alpha=1 - self.decay)
        self.idle.add_(1).masked_fill_(hits > 0, 0)
        dead = self.count < self.revive_below * self.count.mean()
        if self.idle_limit:
            dead |= self.idle > self.idle_limit
        if dead.any():
            fresh = z[torch.randint(len(z), (int(dead.sum()),))]
            self.count[dead] = self.count.mean()
            self.total[dead] = fresh * self.count.mean()
            self.idle[dead] = 0
            self.revived += dead.sum()
        self.codes.copy_(self.total / self.count.clamp(min=1e-6)[:, None])

    def forward(self, z, learn):
        """z (N, dim) -> straight-through codes (N, dim), index (N,), commitment loss."""
        z = z.float()
        if learn and not self.ready and self.updates < self.open_for:
            self.updates += 1
            return z, torch.zeros(len(z), dtype=torch.long), z.new_zeros(())
        if learn and not self.ready:
            self.start(z.detach())
        index = self.nearest(z.detach())
        quantized = self.codes[index]
        if learn:
            self.update(z.detach(), index)
        commitment = F.mse_loss(z, quantized)
        return z + (quantized - z).detach(), index, commitment


def perplexity(index, size):
    share = torch.bincount(index.reshape(-1), minlength=size).float()
    share = share / share.sum()
    return float(torch.exp(-(share * (share + 1e-10).log()).sum()))
