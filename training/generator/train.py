"""Trains the codec or the prior and writes checkpoints that resume.

  python -m training.generator.train --stage codec --data DIR --out RUN --words 60e6
  python -m training.generator.train --stage prior --codec RUN/codec.pt --data DIR --out RUN --beats 30e6

The schedule follows what has been seen. Matrices inside the stacks learn by Muon (Jordan et al. 2024; torch.optim), all else by
AdamW. Metrics: <out>/<name>.jsonl.
"""

import argparse
import ctypes
import json
import math
import os
import signal
import time
from pathlib import Path

import numpy as np
import torch

from training.generator.batches import COOLING, BeatCrops, WordCrops, beat_checks, word_checks
from training.generator.codec import Codec
from training.generator.prior import BeatPrior
from training.generator.songs import load_songs
from training.generator.weights import read_part
from training.generator.words import ELEMENTS, SOURCES


def keep_memory():
    """Tells glibc to keep freed memory: without it the kernel zeroes pages again at every step."""
    try:
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(-1, 2**31 - 1)
        libc.mallopt(-3, 2**31 - 1)
    except OSError:
        pass


def optimizers(module, rate, decay):
    hidden, rest = [], []
    for name, p in module.named_parameters():
        if not p.requires_grad:
            continue
        inside = p.dim() == 2 and (".layers." in f".{name}" or ".ups." in name or ".downs." in name)
        (hidden if inside else rest).append(p)
    return [torch.optim.Muon(hidden, lr=rate * 20, momentum=0.95, weight_decay=decay, ns_steps=5),
            torch.optim.AdamW(rest, lr=rate * 2, betas=(0.9, 0.98), weight_decay=0.0)]  # fmt: skip


def factor(progress, warm=0.01, floor=0.02):
    """Learning rate over the course: a warm-up, a plain, and a straight line down (Hägele et al. 2024)."""
    if progress < warm:
        return max(progress / warm, 0.02)
    return max(floor, min(1.0, (1 - progress) / (1 - COOLING)))


class Run:
    def __init__(self, args, config, module):
        self.args, self.config, self.module = args, config, module
        self.path, self.log = Path(args.out, f"{args.name}.pt"), Path(args.out, f"{args.name}.jsonl")
        self.optimizers = optimizers(module, args.rate, args.decay)
        self.step, self.seen, self.seconds, self.stopping, self.best = 0, 0, 0.0, False, math.inf
        self.path.parent.mkdir(parents=True, exist_ok=True)
        signal.signal(signal.SIGTERM, lambda *_: setattr(self, "stopping", True))
        if args.init:
            missing = module.load_state_dict(read_part(args.init, args.stage)["model"], strict=False)
            self.write({"init": args.init, "missing": missing.missing_keys, "unexpected": missing.unexpected_keys})
        if self.path.exists():
            state = torch.load(self.path, weights_only=False)
            module.load_state_dict(state["model"])
            for optimizer, part in zip(self.optimizers, state["optimizers"], strict=True):
                optimizer.load_state_dict(part)
            self.step, self.seen, self.seconds, self.best = state["step"], state["seen"], state["seconds"], state["best"]
            self.write({"resumed": self.step})

    def write(self, record):
        with open(self.log, "a") as f:
            f.write(json.dumps({"step": self.step, "seen": int(self.seen), "minutes": round(self.seconds / 60, 1), **record}) + "\n")

    def save(self, path=None):
        path = path or self.path
        state = {"model": self.module.state_dict(), "optimizers": [o.state_dict() for o in self.optimizers], "config": self.config,
                 "step": self.step, "seen": self.seen, "seconds": self.seconds, "best": self.best}  # fmt: skip
        torch.save(state, path.with_suffix(".tmp"))
        os.replace(path.with_suffix(".tmp"), path)

    def update(self, loss, seen):
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.module.parameters(), 1.0)
        scale = factor(self.seen / self.args.total)
        for optimizer, rate in zip(self.optimizers, (self.args.rate * 20, self.args.rate * 2), strict=True):
            for group in optimizer.param_groups:
                group["lr"] = rate * scale
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        self.step += 1
        self.seen += seen

    def loop(self, draw, lossof, check, every, report=25):
        """draw(progress) -> batch; lossof(batch) -> loss, parts, seen; check() -> record with "score"."""
        sums, count, then, fresh = {}, 0, time.time(), 0
        until = time.time() + 60 * self.args.minutes
        while self.seen < self.args.total and not self.stopping and time.time() < until:
            batch = draw(self.seen / self.args.total)
            with torch.autocast(self.args.device, torch.bfloat16):
                loss, parts, seen = lossof({k: v.to(self.args.device) for k, v in batch.items()})
            self.update(loss, seen)
            for name, value in parts.items():
                sums[name] = sums.get(name, 0.0) + float(value)
            count, fresh = count + 1, fresh + seen
            if self.step % report == 0:
                elapsed = time.time() - then
                self.seconds += elapsed
                self.write({**{k: round(v / count, 4) for k, v in sums.items()}, "perSecond": round(float(fresh) / elapsed)})
                sums, count, then, fresh = {}, 0, time.time(), 0
            if self.step % every == 0:
                record = check()
                self.best = min(self.best, record["score"])
                self.write({"check": record})
                self.save()
                if record["score"] == self.best and self.args.keep_best:
                    self.save(self.path.with_suffix(".best.pt"))
                then = time.time()
        self.save()
        self.write({"check": check(), "ended": True})


def check_codec(module, songs, config, limit, device):
    """Held-out nats a word by element and source, with all codes and with the plan alone; the score is EMOPIA's with the plan."""
    module.eval()
    record = {}
    with torch.no_grad(), torch.autocast(device, torch.bfloat16):
        for source in SOURCES:
            mine = [s for s in songs if s.source == source]
            for mode in ("all", "plan"):
                sums, words = dict.fromkeys(ELEMENTS, 0.0), 0
                few = limit if source == "emopia" else limit // 2
                for batch in word_checks(mine, config["training"], few, mode == "plan") if mine else ():
                    batch = {k: v.to(device) for k, v in batch.items()}
                    plan, detail, *_ = module.quantize(batch["entries"], batch["beat_mask"], False)
                    for e, (total, _) in module.losses(batch, plan, detail).items():
                        sums[e] += float(total)
                    words += int(batch["mask"].sum())
                if words:
                    each = {e: round(v / words, 3) for e, v in sums.items()}
                    record[f"{source}.{mode}"] = {"sum": round(sum(sums.values()) / words, 4), **each}
    module.train()
    return {"score": record["emopia.plan"]["sum"] if "emopia.plan" in record else math.inf, **record}


@torch.no_grad()
def song_codes(module, songs, device):
    """{(source, id): (beats, groups) int16 plan codes}."""
    module.eval()
    out = {}
    for song in songs:
        entries = torch.from_numpy(song.entries.astype(np.int64))[None].to(device)
        _, _, indices, *_ = module.quantize(entries, torch.ones(entries.shape[:2], dtype=torch.bool, device=device), False)
        out[song.source, song.id] = torch.stack([i[:, 0] for i in indices.values()], 1).cpu().numpy().astype(np.int16)
    return out


def check_prior(module, songs, codes, config, limit, device):
    module.eval()
    record = {}
    with torch.no_grad(), torch.autocast(device, torch.bfloat16):
        for source in SOURCES:
            mine = [s for s in songs if s.source == source]
            sums, beats = {}, 0
            for batch in beat_checks(mine, codes, config["training"], limit) if mine else ():
                batch = {k: v.to(device) for k, v in batch.items()}
                for name, (total, _) in module(batch).items():
                    sums[name] = sums.get(name, 0.0) + float(total)
                beats += int(batch["mask"].sum())
            if beats:
                record[source] = {"sum": round(sum(sums.values()) / beats, 4), **{k: round(v / beats, 3) for k, v in sums.items()}}
    module.train()
    return {"score": record["emopia"]["sum"] if "emopia" in record else math.inf, **record}


def main():
    here = Path(__file__).parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stage", choices=["codec", "prior"], required=True)
    parser.add_argument("--config", default=str(here / "affetto.json"))
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--name")
    parser.add_argument("--codec", help="the codec whose codes the prior learns")
    parser.add_argument("--init", help="weights to begin from")
    parser.add_argument("--freeze", action="store_true", help="encoders and books stay as they are")
    parser.add_argument("--total", type=float, default=60e6, help="words (codec) or beats (prior) to see in all")
    parser.add_argument("--minutes", type=float, default=1e9, help="stop after so long; run again to go on")
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--decay", type=float, default=0.01)
    parser.add_argument("--shares", default="0.1,0.53,0.37", help="of EMOPIA, Pop1k7, POP909 among the rows")
    parser.add_argument("--last-shares", default="0.2,0.47,0.33", help="at the end of the course")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1, help="processes that prepare the songs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=400, help="updates from check to check")
    parser.add_argument("--limit", type=int, default=64, help="crops of a check")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--keep-best", action="store_true")
    parser.add_argument("--set", action="append", default=[], help="a.b=value over the config")
    args = parser.parse_args()
    args.name = args.name or args.stage
    keep_memory()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    config = json.loads(Path(args.config).read_text())
    for item in args.set:
        keys, value = item.split("=", 1)
        *path, last = keys.split(".")
        at = config
        for key in path:
            at = at[key]
        at[last] = json.loads(value)
    songs = load_songs(args.data, workers=args.workers)
    train, held = [s for s in songs if s.split == "train"], [s for s in songs if s.split != "train"]
    shares = [dict(zip(SOURCES, map(float, text.split(",")), strict=True)) for text in (args.shares, args.last_shares)]
    if args.stage == "codec":
        module = Codec(config).to(args.device)
        if args.freeze:
            module.freeze_codes()
        run = Run(args, config, module)
        crops = WordCrops(train, config["training"], *shares, args.seed + run.step)

        def lossof(batch):
            loss, parts = module(batch)
            return loss, parts, int(batch["mask"].sum())

        run.loop(crops.draw, lossof, lambda: check_codec(module, held, config, args.limit, args.device), args.every)
    else:
        state = read_part(args.codec, "codec")
        codec = Codec(state["config"]).to(args.device)
        codec.load_state_dict(state["model"])
        codes = song_codes(codec, songs, args.device)
        module = BeatPrior(config).to(args.device)
        run = Run(args, config, module)
        crops = BeatCrops(codes, train, config["training"], *shares, args.seed + run.step)

        def lossof(batch):
            parts = module(batch)
            beats = int(batch["mask"].sum())
            return sum(t for t, _ in parts.values()) / beats / 4, {k: t.detach() / n for k, (t, n) in parts.items()}, beats

        run.loop(crops.draw, lossof, lambda: check_prior(module, held, codes, config, args.limit, args.device), args.every)


if __name__ == "__main__":
    main()
