"""How grid music is played: when the foot moves, and how far from the grid each note falls.

A recurrent layer reads the steps from the left, another each bar from its end; what they say, with the memory of the foot,
decides the pedal, and alone decides the timing. Timing is a mean, a lean of the chord from its lowest note to its highest, and
normal noise about both; onsets that the sixteenths have no place for (grace notes, triplets) go to a flat background, which is
learnt from but never played.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn

PHASES = 10  # of a lift or a press within its step, -0.5..0.5
GAPS = 10  # between lift and press of a change, 0..1.5
LONGEST_CHANGE = 1.5
PEDAL = 3 + 2 + 2 * PHASES + GAPS  # down: stay, change, lift; up: stay, press; lift, press, gap
TIMING = 5  # mean, log deviation, background logit, lean, log deviation of the lean
NOTE = 3  # mean, log deviation, background logit
LOG_DEVIATION = (-5.5, 0.0)


class Performer(nn.Module):
    def __init__(self, steps, memory, notes, hidden=64, behind=32, foot=48, hand=32, note=24, dropout=0.2):
        super().__init__()
        self.ahead = nn.GRU(steps, hidden, batch_first=True)
        self.behind = nn.GRUCell(steps, behind)
        self.foot_in = nn.Linear(hidden + behind + memory, foot)
        self.foot_out = nn.Linear(foot, PEDAL)
        self.hand_in = nn.Linear(hidden + behind, hand)
        self.hand_out = nn.Linear(hand, TIMING)
        self.note_in = nn.Linear(hidden + behind + notes, note)
        self.note_out = nn.Linear(note, NOTE)
        self.persistence = nn.Parameter(torch.tensor(0.0))
        self.dropout = nn.Dropout(dropout)
        with torch.no_grad():
            self.hand_out.bias.copy_(torch.tensor([0, -2.5, -2, 0, -2.5]))
            self.note_out.bias.copy_(torch.tensor([0, -3.0, -2]))

    def context(self, steps, bar):
        """(B, T, steps), (B, T) -> (B, T, hidden + behind)."""
        left, _ = self.ahead(steps)
        state = steps.new_zeros(len(steps), self.behind.hidden_size)
        right = []
        for t in reversed(range(steps.shape[1])):
            if t + 1 < steps.shape[1]:
                state = state * (bar[:, t] == bar[:, t + 1]).float()[:, None]
            state = self.behind(steps[:, t], state)
            right.append(state)
        return self.dropout(torch.cat([left, torch.stack(right[::-1], 1)], -1))

    def foot(self, context, memory):
        return self.foot_out(torch.tanh(self.foot_in(torch.cat([context, memory], -1))))

    def hand(self, context):
        return self.hand_out(torch.tanh(self.hand_in(context)))

    def note(self, context, notes):
        return self.note_out(torch.tanh(self.note_in(torch.cat([context, notes], -1))))


def split_foot(out):
    return out.split([3, 2, PHASES, PHASES, GAPS], -1)


def pedal_losses(out, batch):
    """Sums of nats by part, and counts: of actions while down and up, and of places."""
    down, up, lift, press, gap = split_foot(out)
    action = batch["action"]
    known, is_down = action >= 0, batch["memory"][..., 0] > 0.5
    parts = {}

    def add(name, logits, target, where):
        parts[name] = (F.cross_entropy(logits[where], target[where], reduction="sum"), int(where.sum()))

    # An action that the state does not allow cannot be learnt (a press while down).
    add("down", down, action.clamp(0, 2), known & is_down & (action < 3))
    add("up", up, (action == 3).long(), known & ~is_down & ((action == 0) | (action == 3)))
    add("lift", lift, bin_of(batch["lift"] + 0.5, 1, PHASES), (action == 1) | (action == 2))
    add("press", press, bin_of(batch["press"] + 0.5, 1, PHASES), action == 3)
    add("gap", gap, bin_of(batch["press"], LONGEST_CHANGE, GAPS), action == 1)
    return parts


def bin_of(values, width, count):
    return (values * (count / width)).long().clamp(0, count - 1)


def timing_losses(net, context, batch):
    """Sums of nats of the onsets' means, of the chords' leans, and of what each note of a chord does beside both."""
    flat = context.flatten(0, 1)
    place, offset, rank = batch["place"], batch["offset"], batch["notes"][:, 2]
    steps, which, count = place.unique(return_inverse=True, return_counts=True)

    def total(values):
        return values.new_zeros(len(steps)).index_add(0, which, values)

    mean = total(offset) / count
    chord = count > 1
    lean = total(rank * (offset - mean[which])) / total(rank**2).clamp_min(1e-6)
    out = net.hand(flat[steps])
    # What the last onset did beside its mean goes on, fading by the step; far onsets say nothing.
    beside = (mean - out[:, 0]).detach() * (mean.abs() < 0.25)
    length = batch["steps"].shape[1]
    gone = (steps[1:] - steps[:-1]).float()
    same = (steps[1:] // length == steps[:-1] // length).float()
    carried = F.pad(beside[:-1] * same * torch.sigmoid(net.persistence) ** gone, (1, 0))
    onset = robust(mean, out[:, 0] + carried, out[:, 1], out[:, 2])
    lean_loss = robust(lean[chord], out[chord, 3], out[chord, 4], out[chord, 2])
    inner = chord[which]
    own = net.note(flat[place[inner]], batch["notes"][inner])
    rest = (offset - mean[which] - rank * lean[which])[inner]
    three = (count[which] > 2)[inner]  # two notes have nothing left beside their mean and lean
    note_loss = robust(rest[three], own[three, 0], own[three, 1], own[three, 2])
    return {
        "onset": (onset.sum(), len(onset)),
        "lean": (lean_loss.sum(), len(lean_loss)),
        "note": (note_loss.sum(), len(note_loss)),
    }


def robust(value, mean, log_deviation, background):
    """Minus log density: normal about the mean, or anywhere in -0.5..0.5 (a lean: -1..1 at most, so no less)."""
    log_deviation = log_deviation.clamp(*LOG_DEVIATION)
    z = (value - mean) / log_deviation.exp()
    normal = -0.5 * z * z - log_deviation - 0.5 * math.log(2 * math.pi)
    return -torch.logaddexp(F.logsigmoid(-background) + normal, F.logsigmoid(background))
