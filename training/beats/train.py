"""The beat tracker's network: a small temporal convolution network over frames of onsets.

    npm run research -- features --beats --data DATA --out FEATURES
    python -m training.beats.train --features FEATURES --out resources/models/beats

It looks 20 s either way and gives, for every frame of 20 ms, the log odds of a beat and of a downbeat; the bar pointer in
TypeScript makes a grid of them. Takes about five minutes on one core.
"""

import argparse
import hashlib
import json
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import save_file
from torch import nn

STACK = 2  # frames a step
KERNEL = 5
BLOCKS = 8
DOWNBEAT_WEIGHT = 1.5
DEV_EVERY = 20  # one song in so many is kept from training to tune the decoder on


class Block(nn.Module):
    def __init__(self, channels, dilation):
        super().__init__()
        self.wide = nn.Conv1d(channels, channels, KERNEL, padding=dilation * (KERNEL // 2), dilation=dilation)
        self.norm = nn.BatchNorm1d(channels)
        self.mix = nn.Conv1d(channels, channels, 1)

    def forward(self, x):
        return x + self.mix(F.dropout(F.relu(self.norm(self.wide(x))), 0.1, self.training))


class BeatNetwork(nn.Module):
    def __init__(self, features, channels, blocks=BLOCKS):
        super().__init__()
        self.first = nn.Conv1d(STACK * features, channels, KERNEL, padding=KERNEL // 2)
        self.blocks = nn.ModuleList(Block(channels, 2**i) for i in range(blocks))
        self.out = nn.Conv1d(channels, 2 * STACK, 1)

    def forward(self, x):
        """(B, STACK * features, steps) -> (B, 2 * STACK, steps): beat of each frame of the step, then downbeat."""
        x = self.first(x)
        for block in self.blocks:
            x = block(x)
        return self.out(x)


def stack_frames(x):
    """(B, frames, C) -> (B, STACK * C, steps)."""
    b, frames, c = x.shape
    return x.reshape(b, frames // STACK, STACK * c).transpose(1, 2)


def load(folder):
    about = json.loads((folder / "beats.json").read_text())
    rows = np.memmap(folder / "beats.f32", dtype="<f4", mode="r")
    return about, rows.reshape(-1, about["frames"], about["width"])


def loss_of(network, rows, mean, deviation, features):
    x = stack_frames((rows[..., :features] - mean) / deviation)
    out = network(x)
    beat, down, weight = (stack_frames(rows[..., features + i : features + i + 1]) for i in range(3))
    weight = weight / weight.sum().clamp(min=1)
    bce = lambda o, y: (F.binary_cross_entropy_with_logits(o, y, reduction="none") * weight).sum()
    return bce(out[:, :STACK], beat) + DOWNBEAT_WEIGHT * bce(out[:, STACK:], down)


def train(options):
    torch.manual_seed(options.seed)
    about, rows = load(options.features)
    features, excerpts = about["features"], np.array(about["excerpts"])
    song = np.repeat(np.arange(len(excerpts)), excerpts)
    firsts = np.cumsum(excerpts) - excerpts
    chosen, dev = np.flatnonzero(song % DEV_EVERY != 0), firsts[::DEV_EVERY]
    sample = np.array(rows[chosen[::7], :, :features], np.float32).reshape(-1, features)
    mean, deviation = torch.tensor(sample.mean(0)), torch.tensor(sample.std(0) + 1e-4)
    network = BeatNetwork(features, options.channels)
    optimiser = torch.optim.Adam(network.parameters(), lr=options.rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, options.rate, total_steps=options.steps, pct_start=0.05)
    random = np.random.RandomState(options.seed)
    started, recent = time.time(), []
    for step in range(options.steps):
        pick = np.sort(random.choice(chosen, options.batch, replace=False))
        loss = loss_of(network, torch.tensor(rows[pick]), mean, deviation, features)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        recent.append(loss.item())
        if (step + 1) % 250 == 0 or step + 1 == options.steps:
            network.eval()
            with torch.no_grad():
                held = np.mean([loss_of(network, torch.tensor(rows[d : d + 1]), mean, deviation, features).item() for d in dev])
            network.train()
            seconds = round(time.time() - started)
            print(json.dumps({"step": step + 1, "loss": round(np.mean(recent), 4), "dev": round(held, 4), "s": seconds}), flush=True)
            recent = []
            if (step + 1) % 1000 == 0 or step + 1 == options.steps:
                export(network.eval(), mean, deviation, options)
                network.train()


def folded(network):
    """Tensors with every batch norm folded into the convolution before it."""
    tensors = {"first.weight": network.first.weight, "first.bias": network.first.bias}
    for i, block in enumerate(network.blocks):
        scale = block.norm.weight / torch.sqrt(block.norm.running_var + block.norm.eps)
        tensors[f"blocks.{i}.wide.weight"] = block.wide.weight * scale[:, None, None]
        tensors[f"blocks.{i}.wide.bias"] = (block.wide.bias - block.norm.running_mean) * scale + block.norm.bias
        tensors[f"blocks.{i}.mix.weight"], tensors[f"blocks.{i}.mix.bias"] = block.mix.weight, block.mix.bias
    tensors["out.weight"], tensors["out.bias"] = network.out.weight, network.out.bias
    return tensors


def export(network, mean, deviation, options):
    folder = options.out
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: t.detach().numpy().astype(np.float32) for name, t in folded(network).items()}
    tensors |= {"features.mean": mean.numpy(), "features.deviation": deviation.numpy()}
    save_file({name: np.ascontiguousarray(t) for name, t in tensors.items()}, folder / "weights.safetensors")
    path = folder / "config.json"
    kept = json.loads(path.read_text()) if path.exists() else {}
    config = {"format": 1, "name": "beats", "channels": options.channels, "blocks": len(network.blocks)}
    config["decoder"] = kept.get("decoder", DECODER)
    config["certainty"] = kept.get("certainty", CERTAINTY)
    path.write_text(json.dumps(config, indent=1) + "\n")
    write_checksums(folder)


# Starting points; tuned on the songs that training leaves out.
DECODER = {"stiffness": 18, "priorBpm": 88, "priorOctaves": 0.6, "pace": 0.35, "downbeatWeight": 0.45, "beatBias": 1.75}
CERTAINTY = {"base": 0.539, "onBeat": 0.66, "between": 0.046}


def write_checksums(folder):
    sums = {n: hashlib.sha256((folder / n).read_bytes()).hexdigest() for n in ("config.json", "weights.safetensors")}
    (folder / "checksums.json").write_text(json.dumps(sums, indent=1) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--features", required=True, type=Path)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--channels", type=int, default=16)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    train(options)


if __name__ == "__main__":
    main()
