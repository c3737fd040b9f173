"""The performer: pedal and micro-timing for music that has none.

    npm run research -- features --performance --data DATA --labels LABELS --out FEATURES
    python -m training.performer.train --features FEATURES --out resources/models/performer --golden test/fixtures/listeners/performer.json

EMOPIA's val songs are held out; a tenth of the train songs say when to stop. A few minutes on one thread.
"""

import argparse
import json
import time
from pathlib import Path

import torch

from training.performer import figures as performer_figures
from training.performer.data import batches, collate, load_clips
from training.performer.files import write_golden, write_model
from training.performer.network import Performer, pedal_losses, timing_losses

EMOTION = slice(-4, -1)  # columns of a step: valence, arousal, whether they are known
PARTS = ("down", "up", "lift", "press", "gap", "onset", "lean", "note")


def losses(net, batch):
    context = net.context(batch["steps"], batch["bar"])
    parts = pedal_losses(net.foot(context, batch["memory"]), batch)
    return parts | timing_losses(net, context, batch)


def vary(batch, generator):
    """Another register and touch; the emotion unknown for some clips."""
    steps = batch["steps"].clone()
    clips = len(steps)

    def each(low, high):
        return low + (high - low) * torch.rand(clips, 1, 1, generator=generator)

    known = (torch.rand(clips, 1, 1, generator=generator) > 0.3).float()
    steps[..., EMOTION] *= known
    any_onset = steps[..., 42:43]
    steps[..., 43:45] += each(-0.25, 0.25) * any_onset
    steps[..., 46:48] = (steps[..., 46:48] * each(0.8, 1.2) + each(-0.2, 0.2)) * any_onset
    return batch | {"steps": steps}


def measure(net, clips):
    net.eval()
    sums = {part: [0.0, 0] for part in PARTS}
    with torch.no_grad():
        for at in range(0, len(clips), 32):
            for part, (value, count) in losses(net, collate(clips[at : at + 32])).items():
                sums[part][0] += float(value)
                sums[part][1] += count
    net.train()
    return sums


def figures(sums):
    """Nats each, and nats a step of the whole."""
    steps = sums["down"][1] + sums["up"][1]
    out = {part: round(value / max(1, count), 4) for part, (value, count) in sums.items()}
    out["pedal"] = round(sum(sums[p][0] for p in ("down", "up", "lift", "press", "gap")) / steps, 4)
    out["timing"] = round(sum(sums[p][0] for p in ("onset", "lean", "note")) / steps, 4)
    return out


def train(clips, options, net):
    generator = torch.Generator().manual_seed(options.seed)
    sets = {name: [c for c in clips if c.split == name] for name in ("train", "dev", "val")}
    optimizer = torch.optim.AdamW(net.parameters(), lr=options.rate, weight_decay=0.02)
    total = options.epochs * (len(sets["train"]) // options.batch + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, options.rate, total_steps=total, pct_start=0.1)
    best, kept = float("inf"), None
    for epoch in range(options.epochs):
        start = time.time()
        for batch in batches(sets["train"], options.batch, generator):
            parts = losses(net, vary(batch, generator))
            steps = parts["down"][1] + parts["up"][1]
            loss = sum(value for value, _ in parts.values()) / steps
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            schedule.step()
        seen = figures(measure(net, sets["dev"]))
        if seen["pedal"] + seen["timing"] < best:
            best, kept = seen["pedal"] + seen["timing"], {k: v.clone() for k, v in net.state_dict().items()}
        print(json.dumps({"epoch": epoch, "loss": round(loss.item(), 4), **seen, "seconds": round(time.time() - start)}), flush=True)
    net.load_state_dict(kept)
    return performer_figures.figures(net, clips)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--features", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--golden", type=Path, help="where golden vectors of the written model go")
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    clips = load_clips(options.features)
    net = Performer(clips[0].steps.shape[1], clips[0].memory.shape[1], clips[0].notes.shape[1])
    print(json.dumps({"weights": sum(p.numel() for p in net.parameters())}), flush=True)
    found = train(clips, options, net)
    print(json.dumps(found))
    write_model(options.out, net, found)
    if options.golden:
        write_golden(options.out, options.golden)


if __name__ == "__main__":
    main()
