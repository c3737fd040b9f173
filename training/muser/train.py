"""Trains one stage of one model and writes checkpoints that resume.

  python -m training.muser.train --config training/configs/affetto.json --stage codec --data DIR --out training/runs/affetto --minutes 60
  python -m training.muser.train --config … --stage prior --codec training/runs/affetto/codec.pt --data DIR
    --out training/runs/affetto --minutes 30

Metrics go to <out>/<stage>.jsonl, one JSON object a line. `--minutes` counts training time over all resumes, and the
cosine schedule follows it; `--steps` fixes the number of updates instead (for tests and exact repeats).
"""

import argparse
import json
import math
import os
import signal
import sys
import time
from pathlib import Path

import numpy as np
import torch

from training.muser.data import Crops, load_songs
from training.muser.gates import gates
from training.muser.layers import half_lives
from training.muser.model import Codec
from training.muser.prior import BeatPrior, WordPrior
from training.muser.prior_data import BeatCrops, WordCrops


def read_config(path, overrides=()):
    """A config with half-lives turned into decays, and `a.b=value` overrides applied."""
    config = json.loads(Path(path).read_text())
    for item in overrides:
        keys, value = item.split("=", 1)
        *path, last = keys.split(".")
        at = config
        for key in path:
            at = at[key]
        if last not in at:
            raise SystemExit(f"train.py: the config has no '{keys}'")
        at[last] = json.loads(value)
    for spec in (config["decoder"]["global"], config["decoder"]["element"], config["prior"]["stack"]):
        if "halfLives" in spec:
            spec["decay"] = half_lives(spec["halfLives"])
    return config


def split_songs(args):
    songs = []
    for source in args.sources.split(","):
        labels = Path(args.labels, f"{source}.json") if args.labels else None
        songs += load_songs(args.data, source, labels)
    last = args.sources.split(",")[-1]  # checks are made on the last source: the one that the stage is for
    return [s for s in songs if s.split == "train"], [s for s in songs if s.split != "train" and s.source == last]


# The rows of the sources begin at 0 beside embeddings that were learnt long ago: at the common rate they would stay there.
SOURCE_RATE = 20


def optimizer(module, rate, decay):
    matrices, vectors, sources = [], [], []
    for name, p in module.named_parameters():
        (sources if name.split(".")[-1] == "source" else matrices if p.dim() > 1 else vectors).append(p)
    groups = [{"params": matrices, "weight_decay": decay}, {"params": vectors, "weight_decay": 0.0}]
    groups += [{"params": sources, "weight_decay": 0.0, "faster": SOURCE_RATE}] if sources else []
    return torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98))


def cosine(progress, warm=0.02, floor=0.03):
    """Learning-rate factor at progress 0..1 through the run."""
    if progress < warm:
        return max(progress / warm, 0.01)
    return floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * min(1, (progress - warm) / (1 - warm))))


class Run:
    """The loop that every stage shares: schedule, clipping, metrics, checkpoints."""

    def __init__(self, args, config, module, name):
        self.args, self.config, self.module, self.name = args, config, module, name
        self.path = Path(args.out, f"{name}.pt")
        self.log = Path(args.out, f"{name}.jsonl")
        rate = args.rate or config["training"]["finetuneRate" if args.init else "learningRate"]
        self.rate = rate
        self.optimizer = optimizer(module, rate, config["training"]["weightDecay"])
        self.step, self.seconds, self.stopping, self.best = 0, 0.0, False, math.inf
        signal.signal(signal.SIGTERM, self.stop)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if args.resume and self.path.exists():
            state = torch.load(self.path, weights_only=False)
            module.load_state_dict(state["model"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.step, self.seconds, self.best = state["step"], state["seconds"], state["best"]
            self.write({"resumed": self.step})

    def stop(self, *_):
        """On SIGTERM: finish the step, save, leave; --resume goes on from there."""
        self.stopping = True

    def progress(self):
        return self.step / self.args.steps if self.args.steps else self.seconds / (60 * self.args.minutes)

    def write(self, record):
        with open(self.log, "a") as f:
            f.write(json.dumps({"step": self.step, "minutes": round(self.seconds / 60, 2), **record}) + "\n")

    def save(self, path=None):
        path = path or self.path
        state = {"model": self.module.state_dict(), "optimizer": self.optimizer.state_dict(), "config": self.config,
                 "step": self.step, "seconds": self.seconds, "best": self.best}  # fmt: skip
        temporary = path.with_suffix(".tmp")
        torch.save(state, temporary)
        os.replace(temporary, path)

    def keep_best(self, record):
        """Writes a check; the checkpoint with the least held-out loss stays in <name>.best.pt (small data overfits)."""
        score = record["sum"] if "sum" in record else record["right"]["sum"]
        self.write({"check": record, "best": score < self.best})
        if score < self.best:
            self.best = score
            self.save(self.path.with_suffix(".best.pt"))

    def fit(self, draw, losses, check, words_per_batch):
        """draw() -> batch; losses(batch) -> (total, parts); check() -> record, at each tenth and at the end."""
        self.module.train()
        last_save, done_checks, window = time.monotonic(), int(self.progress() * 10), []
        while self.progress() < 1 and not self.stopping:
            began = time.monotonic()
            for group in self.optimizer.param_groups:
                factor = cosine(self.progress(), self.config["training"].get("warmUp", 0.02))
                group["lr"] = self.rate * factor * group.get("faster", 1)
            with torch.autocast("cpu", torch.bfloat16):
                total, parts = losses(draw())
            if not torch.isfinite(total):
                raise SystemExit(f"train.py: the loss is {float(total)} at step {self.step}; the last checkpoint stands")
            self.optimizer.zero_grad(set_to_none=True)
            total.backward()
            norm = torch.nn.utils.clip_grad_norm_(self.module.parameters(), self.config["training"]["clip"])
            self.optimizer.step()
            self.step += 1
            took = time.monotonic() - began
            self.seconds += took
            window.append((took, {k: float(v.detach()) for k, v in parts.items()}, float(norm)))
            if self.step % 50 == 0:
                mean = {k: round(float(np.mean([w[1][k] for w in window if k in w[1]])), 4) for k in window[-1][1]}
                rate = words_per_batch * len(window) / sum(w[0] for w in window)
                self.write({"train": mean, "norm": round(float(np.mean([w[2] for w in window])), 2), "perSecond": round(rate)})
                window = []
            if time.monotonic() - last_save > 180:
                self.save()
                last_save = time.monotonic()
            if int(self.progress() * 10) > done_checks:
                done_checks = int(self.progress() * 10)
                self.keep_best(check())
                self.module.train()
        self.save()


def train_codec(args, config):
    train, val = split_songs(args)
    codec = Codec(config)
    if args.init:
        codec.load_state_dict(torch.load(args.init, weights_only=False)["model"])
    if args.freeze:
        codec.freeze_codes()
    spec = config["training"]
    crops = Crops(train, spec["batch"], spec["steps"], args.seed, codec.beat_rate, touch=spec.get("touch", 0.0), balance=args.balance)
    run = Run(args, config, codec, args.name or "codec")
    run.write({"parameters": sum(p.numel() for p in codec.parameters()), "songs": [len(train), len(val)],
               "words": sum(len(s.words) for s in train)})  # fmt: skip
    run.fit(crops.draw, codec, lambda: gates(codec, val, limit=args.val), spec["batch"] * spec["steps"])


def used_codes(codec, songs, config):
    """Indices of the codes that training songs use, and the map from code to place among them."""
    from training.muser.data import fixed_batches

    used = torch.zeros(config["books"][0]["size"], dtype=torch.bool)
    with torch.no_grad():
        for batch in fixed_batches(songs, 8, config["training"]["steps"], 400, beat_rate=False):
            used[codec.eval().quantize(batch)[1][batch["mask"]]] = True
    remap = np.zeros(len(used), np.int64)
    remap[used.numpy()] = np.arange(int(used.sum()))
    return np.flatnonzero(used.numpy()).tolist(), remap


def train_prior(args, config):
    train, val = split_songs(args)
    codec = Codec(config)
    codec.load_state_dict(torch.load(args.codec, weights_only=False)["model"])
    codec.freeze_codes()
    spec = config["training"]
    if codec.beat_rate:
        prior = BeatPrior(config)
        crops = BeatCrops(codec, train, spec["priorBatch"], spec["beats"], args.seed, balance=args.balance)
        held = BeatCrops(codec, val, spec["priorBatch"], spec["beats"], 0).fixed(96)
        size = spec["priorBatch"] * spec["beats"]
    else:
        state = torch.load(args.init, weights_only=False)["config"] if args.init else None
        if state:
            used = state["books"][0]["usedCodes"]
            remap = np.zeros(config["books"][0]["size"], np.int64)
            remap[used] = np.arange(len(used))
        else:
            used, remap = used_codes(codec, train, config)
        config["books"][0] |= {"used": len(used), "usedCodes": used}
        prior = WordPrior(config)
        crops = WordCrops(codec, train, spec["priorBatch"], spec["steps"], args.seed, remap, balance=args.balance)
        held = WordCrops(codec, val, spec["priorBatch"], spec["steps"], 0, remap).fixed(96)
        size = spec["priorBatch"] * spec["steps"]
    if args.init:
        prior.load_state_dict(torch.load(args.init, weights_only=False)["model"])
    run = Run(args, config, prior, args.name or "prior")
    run.write({"parameters": sum(p.numel() for p in prior.parameters())})

    def losses(batch):
        parts = {k: v for k, (v, _) in prior(batch).items()}
        return sum(parts.values()), parts

    run.fit(crops.draw, losses, lambda: prior_check(prior, held), size)


@torch.no_grad()
def prior_check(prior, held):
    """Held-out cross-entropy with the right emotion, with none, and with the opposite one: does the prior listen?"""
    prior.eval()
    out = {}
    for name in ("right", "none", "opposite"):
        sums = {}
        for batch in held:
            batch = dict(batch)
            if "quadrant" in batch:
                wrong = torch.tensor([0, 3, 4, 1, 2])[batch["quadrant"]]
                batch["quadrant"] = {"right": batch["quadrant"], "none": wrong * 0, "opposite": wrong}[name]
            else:
                batch["withheld"] = torch.full_like(batch["withheld"], name == "none")
                batch["emotion"] = batch["emotion"] * (-1 if name == "opposite" else 1)
            with torch.autocast("cpu", torch.bfloat16):
                for key, (loss, count) in prior(batch).items():
                    total, n = sums.get(key, (0.0, 0))
                    sums[key] = (total + float(loss) * count, n + count)
        parts = {k: total / max(1, n) for k, (total, n) in sums.items()}
        out[name] = {"sum": round(sum(parts.values()), 4), **({k: round(v, 3) for k, v in parts.items()} if name == "right" else {})}
    return out


def keep_memory():
    """Starts this program again with glibc told to keep freed memory: returning and zeroing pages every step halves the
    speed on a CPU."""
    if "MALLOC_TRIM_THRESHOLD_" not in os.environ:
        big = {"MALLOC_TRIM_THRESHOLD_": "8000000000", "MALLOC_MMAP_THRESHOLD_": "4000000000", "MALLOC_TOP_PAD_": "268435456"}
        os.execve(sys.executable, sys.orig_argv, {**os.environ, **big})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", required=True)
    parser.add_argument("--stage", required=True, choices=("codec", "prior"))
    parser.add_argument("--data", required=True, help="folder that `npm run research -- dataset` wrote")
    parser.add_argument("--labels", help="folder with the recogniser's <source>.json; without it emotion is 0")
    parser.add_argument("--sources", default="pop1k7", help="comma-separated: pop1k7,emopia")
    parser.add_argument("--out", required=True)
    parser.add_argument("--name", help="checkpoint name (default: the stage)")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--init", help="checkpoint to start from (fine-tuning)")
    parser.add_argument("--codec", help="checkpoint of the codec, for the prior")
    parser.add_argument("--freeze", action="store_true", help="keep encoder and books as they are")
    parser.add_argument("--balance", type=float, help="share of crops that come from EMOPIA; default: its share of the bars")
    parser.add_argument("--rate", type=float)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--val", type=int, default=96, help="crops in each check")
    parser.add_argument("--set", action="append", default=[], help="override, as training.regularization=0")
    args = parser.parse_args()
    keep_memory()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    config = read_config(args.config, args.set)
    (train_codec if args.stage == "codec" else train_prior)(args, config)


if __name__ == "__main__":
    main()
