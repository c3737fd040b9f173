"""What the performer is worth on held-out clips, told what was played so far, beside what the place in the bar alone says."""

import torch

from training.performer.data import CHANGE, collate
from training.performer.network import pedal_losses, robust, split_foot, timing_losses

POSITIONS = 16
NAMES = ("onset", "lean", "note")


def figures(net, clips):
    """Nats and F1 of the split `val`; thresholds come from `dev`, the baseline from `train`."""
    sets = {name: [c for c in clips if c.split == name] for name in ("train", "dev", "val")}
    counts = action_counts(sets["train"])
    net.eval()
    with torch.no_grad():
        seen = {name: _foot(net, sets[name], counts) for name in ("dev", "val")}
        found = {"clips": len(sets["val"])}
        found["pedal"] = {"nats": round(seen["val"]["nats"], 4), "baselineNats": round(seen["val"]["baselineNats"], 4)}
        for kind in ("model", "baseline"):
            threshold, _ = best_f1(seen["dev"][kind], seen["dev"]["change"])
            found["pedal"][f"{kind}F1"] = round(f1(seen["val"][kind] > threshold, seen["val"]["change"]), 3)
    found["timing"] = _timing(net, sets)
    return found


def action_counts(clips):
    """(2 states, positions, actions) with one of each allowed action added."""
    counts = torch.zeros(2, POSITIONS, 4)
    counts[1, :, :3] += 1
    counts[0, :, [0, 3]] += 1
    for clip in clips:
        known = clip.action >= 0
        index = (_down(clip.memory)[known], _position(clip.steps)[known], clip.action[known])
        counts.index_put_(index, torch.ones(int(known.sum())), accumulate=True)
    counts[1, :, 3] = 0
    counts[0, :, 1:3] = 0
    return counts / counts.sum(-1, keepdim=True)


def _foot(net, clips, counts):
    out = {"model": [], "baseline": [], "change": []}
    nats = baseline = steps = 0.0
    for clip in clips:
        batch = collate([clip])
        foot = net.foot(net.context(batch["steps"], batch["bar"]), batch["memory"])
        parts = pedal_losses(foot, batch)
        nats += float(parts["down"][0] + parts["up"][0])
        down, position, action = _down(clip.memory), _position(clip.steps), clip.action
        allowed = (action >= 0) & torch.where(down == 1, action < 3, (action == 0) | (action == 3))
        baseline -= float(counts[down, position, action.clamp(0)][allowed].log().sum())
        steps += int(allowed.sum())
        where = (action >= 0) & (down == 1)
        out["model"].append(split_foot(foot[0])[0].softmax(-1)[where, CHANGE])
        out["baseline"].append(counts[1, position, CHANGE][where])
        out["change"].append(action[where] == CHANGE)
    return {k: torch.cat(v) for k, v in out.items()} | {"nats": nats / steps, "baselineNats": baseline / steps}


def best_f1(scores, truth):
    return max(((t, f1(scores > t, truth)) for t in torch.linspace(0.02, 0.9, 45)), key=lambda pair: pair[1])


def f1(said, truth):
    hits = float((said & truth).sum())
    return 2 * hits / max(1.0, float(said.sum() + truth.sum()))


def _timing(net, sets):
    """Nats an onset, a chord's lean, a note beside both: the network's, and of one robust density (onsets: one a position)."""
    model = {name: [0.0, 0] for name in NAMES}
    values = {split: _values(sets[split]) for split in ("train", "val")}
    with torch.no_grad():
        for clip in sets["val"]:
            batch = collate([clip])
            for name, (loss, count) in timing_losses(net, net.context(batch["steps"], batch["bar"]), batch).items():
                model[name][0] += float(loss)
                model[name][1] += count
    found = {}
    for name in NAMES:
        fitted = fit(*values["train"][name])
        x, place = values["val"][name]
        found[name] = {
            "nats": round(model[name][0] / model[name][1], 3),
            "baselineNats": round(float(robust(x, *fitted[:, place]).mean()), 3),
        }
    return found


def fit(x, place):
    """(3, positions): mean, log deviation and background logit of the values at each position."""
    parameters = torch.tensor([[0.0], [-2.5], [-2.0]]).repeat(1, POSITIONS).requires_grad_()
    optimizer = torch.optim.Adam([parameters], lr=0.05)
    for _ in range(400):
        optimizer.zero_grad()
        robust(x, *parameters[:, place]).mean().backward()
        optimizer.step()
    return parameters.detach()


def _values(clips):
    parts = {name: ([], []) for name in NAMES}
    for clip in clips:
        rank = clip.notes[:, 2]
        steps, which, count = clip.step.unique(return_inverse=True, return_counts=True)
        total = lambda v: torch.zeros(len(steps)).index_add(0, which, v)
        mean = total(clip.offset) / count
        lean = total(rank * (clip.offset - mean[which])) / total(rank**2).clamp_min(1e-6)
        position = _position(clip.steps)[steps]
        beside = clip.offset - mean[which] - rank * lean[which]
        three = count[which] > 2
        for name, x, p in (
            ("onset", mean, position),
            ("lean", lean[count > 1], position[count > 1] * 0),
            ("note", beside[three], position[which][three] * 0),
        ):
            parts[name][0].append(x)
            parts[name][1].append(p)
    return {name: (torch.cat(x), torch.cat(p)) for name, (x, p) in parts.items()}


def _down(memory):
    return (memory[:, 0] > 0.5).long()


def _position(steps):
    return steps[:, :POSITIONS].argmax(-1)
