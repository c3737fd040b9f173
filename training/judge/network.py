"""The second judge's network: every note with the pitch classes around it, then attention over the notes."""

import torch
import torch.nn.functional as F
from torch import nn

HIDDEN = 64
HEADS = 4
STEPS = 12  # steps from the note before beyond an octave count as an octave
TOGETHER = 0.035  # seconds
CONTEXT = 5 * 12 + 12 + 2 * STEPS + 1 + 13


def context(notes, mask):
    """notes (B, T, 4), mask (B, T) -> (B, T, CONTEXT).

    Pitch classes are counted from the note's own, so a transposition changes nothing but the register: among the notes held
    with it, struck just before and just after (0.8 s), and around it (4 s, 16 s).
    """
    seconds, pitch, velocity, length = notes.unbind(-1)
    there, pitches = mask.float(), pitch.long()
    late = seconds[:, None, :] - seconds[:, :, None]  # of note j after note i
    far = late.abs()
    begun = (late <= TOGETHER).float()
    held = begun * (late + length[:, None, :] > 0.01).float() * there[:, None, :]
    weight = (length.clamp(0.05, 4) ** 0.5 * there)[:, None, :]
    near = weight * torch.exp(-far / 0.8)
    circles = [held, near * begun, near * (1 - begun), weight * torch.exp(-far / 4), weight * torch.exp(-far / 16)]
    classes = F.one_hot(pitches % 12, 12).float()
    turn = (pitches % 12)[..., None].add(torch.arange(12)) % 12
    around = [4 * _share(circle @ classes).gather(-1, turn) for circle in circles]

    def lowest(reach):
        return torch.where(reach & mask[:, None, :], pitch[:, None, :], 200.0).amin(-1)

    bass = lowest((far < 1) & (late <= TOGETHER))
    bottom = lowest(far < 0.04)
    top = -torch.where((far < 0.04) & mask[:, None, :], -pitch[:, None, :], 200.0).amin(-1)
    above_bass = F.one_hot((pitches - bass.clamp(0, 127).long()) % 12, 12).float()
    step = torch.diff(pitches, dim=1, prepend=pitches[:, :1]).clamp(-STEPS, STEPS) + STEPS
    gap = torch.diff(seconds, dim=1, prepend=seconds[:, :1]).clamp(0)
    ahead = torch.diff(seconds, dim=1, append=seconds[:, -1:]).clamp(0)
    crowd = [((far < reach).float() * there[:, None, :]).sum(-1).add(1).log() - usual for reach, usual in ((0.5, 1.3), (2, 2.5))]
    usual_touch = (there * velocity).sum(1, keepdim=True) / there.sum(1, keepdim=True)
    plain = [
        torch.log(gap + 0.03) + 1.5,
        torch.log(ahead + 0.03) + 1.5,
        torch.log(length.clamp(0.02)) + 1,
        (gap < TOGETHER).float(),
        (velocity - 64) / 20,
        (velocity - usual_touch) / 12,
        (pitch - 62) / 14,
        (pitch - bass).clamp(0, 60) / 14,
        (top == pitch).float(),
        (bottom == pitch).float(),
        *crowd,
        there,
    ]
    seen = torch.cat([*around, above_bass, F.one_hot(step, 2 * STEPS + 1).float(), torch.stack(plain, -1)], -1)
    return seen * there[..., None]


def _share(counts):
    return counts / (counts.sum(-1, keepdim=True) + 1e-3)


class Judge(nn.Module):
    """Logits of valence and arousal of a stretch of notes."""

    def __init__(self, dropout=0.3):
        super().__init__()
        self.enter, self.mix = nn.Linear(CONTEXT, HIDDEN), nn.Linear(HIDDEN, HIDDEN)
        self.neighbours = nn.Conv1d(HIDDEN, HIDDEN, 7, padding=3)
        self.norm, self.judge = nn.LayerNorm(HIDDEN), nn.Linear(HIDDEN, HIDDEN)
        self.attend = nn.Linear(HIDDEN, HEADS)
        self.pool, self.out = nn.Linear((HEADS + 1) * HIDDEN, HIDDEN), nn.Linear(HIDDEN, 2)
        self.dropout = nn.Dropout(dropout)

    def forward(self, notes, mask):
        with torch.no_grad():
            seen = context(notes, mask)
        there = mask[..., None].float()
        act = lambda y: self.dropout(F.gelu(y))
        x = act(self.enter(seen))
        x = (x + act(self.mix(x))) * there
        x = self.norm(x + act(self.neighbours(x.transpose(1, 2)).transpose(1, 2)))
        x = x + act(self.judge(x))
        weights = self.attend(x).masked_fill(~mask[..., None], -1e4).softmax(1)
        heard = torch.einsum("bth,btc->bhc", weights, x).flatten(1)
        mean = (x * there).sum(1) / there.sum(1)
        return self.out(act(self.pool(self.dropout(torch.cat([heard, mean], -1)))))
