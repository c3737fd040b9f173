"""The second judge: a small network that reads notes one after the other and has no figures made by hand.

It sees chords where they stand, blurred by more than a hand's deviation from a grid: it judges music, not micro-timing."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from training.told_apart.clip import Clip
from training.told_apart.folds import FOLDS, Curve, folds_of

WINDOW = 96
BLUR = 0.015  # seconds
HEARD_TIMES = 4  # stretches of a clip that its score is the mean of
WIDTH = 32
STEPS = 160
FEATURES, PITCH = 7, 4  # of a note, and which of them is its pitch
LAGS = 4
BATCH = 24


def columns(notes):
    """(N, 4): time of the chord, pitch, velocity, seconds that it sounds; by chord, then pitch."""
    clip = Clip(notes)
    lasting = clip.end - clip.onset
    return np.column_stack([clip.chords[clip.chord_of, 0], clip.pitch, clip.velocity, lasting]).astype(np.float32)


def stretch(notes, random, vary):
    """WINDOW notes from a random place, blurred; `vary` plays them in another key, tempo and loudness."""
    first = random.integers(0, max(1, len(notes) - WINDOW + 1))
    part = notes[first : first + WINDOW].copy()
    times, index = np.unique(part[:, 0], return_inverse=True)
    part[:, 0] = (times + random.normal(0, BLUR, len(times)))[index]
    part[:, 3] *= np.exp(random.normal(0, 0.1, len(part)))
    if vary:
        part[:, 1] += random.integers(-5, 6)
        part[:, 2] += random.normal(0, 4)
        part[:, [0, 3]] *= np.exp(random.normal(0, 0.1))
    return part


def batch(parts):
    """-> features (B, WINDOW, FEATURES), mask (B, WINDOW, 1)."""
    features = np.zeros((len(parts), WINDOW, FEATURES), np.float32)
    mask = np.zeros((len(parts), WINDOW, 1), np.float32)
    for i, part in enumerate(parts):
        time, pitch, velocity, lasting = part.T
        gap = np.diff(time, prepend=time[0])
        step = np.diff(pitch, prepend=pitch[0])
        features[i, : len(part)] = np.column_stack([
            np.log2(np.maximum(gap, 0.02)) + 3,
            gap < 0.02,
            np.log2(np.maximum(lasting, 0.03)) + 1,
            (velocity - 64) / 16,
            (pitch - 60) / 12,
            step / 12,
            np.diff(velocity, prepend=velocity[0]) / 16,
        ])
        mask[i, : len(part)] = 1
    return torch.tensor(features), torch.tensor(mask)


def intervals(features):
    """The step in semitones, octaves folded, to each of the four notes before: (B, T, 4), numbered through."""
    pitch = torch.round(features[:, :, PITCH] * 12).long()
    before = [F.pad(pitch, (lag, 0))[:, : pitch.shape[1]] for lag in range(1, LAGS + 1)]
    return torch.stack([(pitch - other) % 12 + 12 * i for i, other in enumerate(before)], 2)


class Layer(nn.Module):
    """A convolution over a note and those `apart` before and after it; products of matrices are quickest here."""

    def __init__(self, apart):
        super().__init__()
        self.apart = apart
        self.weigh = nn.Linear(3 * WIDTH, WIDTH)

    def forward(self, x):
        count, d = x.shape[1], self.apart
        padded = F.pad(x, (0, 0, d, d))
        return F.gelu(self.weigh(torch.cat([padded[:, :count], x, padded[:, 2 * d :]], 2)))


class Judge(nn.Module):
    """Convolutions over notes, wider and wider; the mean and the largest of what they find decide."""

    def __init__(self):
        super().__init__()
        self.enter = nn.Linear(FEATURES, WIDTH)
        self.step = nn.EmbeddingBag(12 * LAGS, WIDTH, mode="sum")
        nn.init.normal_(self.step.weight, std=0.1)
        self.layers = nn.ModuleList(Layer(apart) for apart in (1, 2, 4, 8))
        self.drop = nn.Dropout(0.2)
        self.leave = nn.Linear(2 * WIDTH, 1)

    def forward(self, features, mask):
        steps = intervals(features)
        x = self.enter(features) + self.step(steps.flatten(0, 1)).view(*steps.shape[:2], -1)
        for layer in self.layers:
            x = x + layer(x * mask)
        mean = (x * mask).sum(1) / mask.sum(1)
        largest = (x - 1e4 * (1 - mask)).amax(1)
        return self.leave(self.drop(torch.cat([mean, largest], 1)))[:, 0]


def train(notes, made, seed, steps=STEPS, rate=3e-3):
    """A judge that has heard `notes` (lists of columns), as many made as real in each batch."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    judge = Judge()
    optimiser = torch.optim.AdamW(judge.parameters(), lr=rate, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps, pct_start=0.2)
    pools = [np.flatnonzero(made), np.flatnonzero(~made)]
    target = torch.tensor([0.95] * (BATCH // 2) + [0.05] * (BATCH // 2))
    for _ in range(steps):
        chosen = np.concatenate([random.choice(pool, BATCH // 2) for pool in pools])
        logits = judge(*batch([stretch(notes[i], random, True) for i in chosen]))
        loss = F.binary_cross_entropy_with_logits(logits, target)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return judge.eval()


@torch.no_grad()
def scores(judge, notes):
    random = np.random.default_rng(0)
    heard = lambda clip: judge(*batch([stretch(clip, random, False) for _ in range(HEARD_TIMES)])).mean()
    return np.array([float(heard(clip)) for clip in notes])


def told_apart(notes, made, groups, steps=STEPS):
    """{"auc", "se"} of the network for notes (read_notes) of clips."""
    notes, made = [columns(n) for n in notes], np.asarray(made, bool)
    curve = Curve(groups, made)
    fold = folds_of(groups, made, 0)
    for left_out in range(FOLDS):
        seen, away = np.flatnonzero(fold != left_out), np.flatnonzero(fold == left_out)
        judge = train([notes[i] for i in seen], made[seen], left_out, steps)
        curve.add(away, scores(judge, [notes[i] for i in away]))
    return curve.figures()
