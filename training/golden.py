"""Writes test/fixtures/golden/{affetto,muser-paper}/: a tiny random model of each kind in the shipped format (f32, so that
both sides hold the same numbers) with inputs and the outputs of every block, for the parity tests in TypeScript.

  python golden.py            (from training/; deterministic, run again after any change of the model's definition)
"""

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from data import collate, crop, make_song, paper_features
from export import write_folder
from features import bar_sets, return_distances
from model import Codec
from prior import BeatPrior, WordPrior
from prior_data import BeatCrops
from train import read_config
from vocabulary import ELEMENTS

HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "test" / "fixtures" / "golden"
BARS = 4


def piece():
    """Four bars over a few words; bar 2 returns to bar 0, so that references are exercised."""
    rng = np.random.default_rng(7)
    words, bar0 = [], None
    for bar in range(BARS):
        body = []
        for beat in range(4):
            first = bar == 0 and beat == 0
            body.append([30 if first else 1, 3 if first else (1 if beat % 2 else 3 + 11 * int(rng.integers(1, 12))), 2 + 4 * beat, 2, 0, 0, 0])
            for pitch in sorted(rng.choice(np.arange(20, 70), int(rng.integers(0, 3)), replace=False)):
                body.append([0, 0, 0, 3, int(pitch), int(rng.integers(1, 18)), int(rng.integers(1, 42))])
            if beat == 2:
                body.append([1, 1, 2 + 4 * beat + 3, 2, 0, 0, 0])
                body.append([0, 0, 0, 3, 44, 5, 20])
        if bar == 0:
            bar0 = body
        if bar == 2:
            body = [[1 if i == 0 else w[0], 14 if i == 0 else w[1], *w[2:]] for i, w in enumerate(bar0)]
        words += [[0, 0, 1, 2, 0, 0, 0], *body]
    return np.array(words, np.uint8)


def song(words):
    sets, _ = bar_sets(words)
    entry = {"id": "golden", "split": "val", "form": return_distances(sets), "key": {"mode": "minor"}, "barBeats": [4] * BARS,
             "secondsPerBar": [2.0] * BARS, "quadrant": 2}  # fmt: skip
    label = {"times": [0, 2.0 * BARS], "valence": [-0.8, 0.4], "arousal": [0.9, -0.3]}
    return make_song(entry, "pop1k7", words, label)


def randomise(module):
    """Weights, biases and running statistics away from their neat initial values, so that no term can hide."""
    generator = torch.Generator().manual_seed(3)
    for p in module.parameters():
        p.data.add_(torch.randn(p.shape, generator=generator) * 0.1)
    for name, buffer in module.named_buffers():
        if name.endswith("running_mean"):
            buffer.copy_(torch.randn(buffer.shape, generator=generator) * 0.2)
        elif name.endswith("running_var"):
            buffer.copy_(torch.rand(buffer.shape, generator=generator) + 0.5)
        elif name.endswith(".codes"):
            buffer.copy_(torch.randn(buffer.shape, generator=generator) * 0.7)


def numbers(tensor):
    return np.round(tensor.detach().numpy().astype(float), 6).tolist()


def decoder_logits(codec, batch, codes):
    y = codec.decoder(batch, codes)
    words = batch["words"]
    return {e: numbers(codec.decoder.heads(e, y[i], words)[0]) for i, e in enumerate(ELEMENTS)}


@torch.no_grad()
def beat_golden(codec, prior, item):
    batch = collate([crop(item, 0, 1000)], np.random.default_rng(0), withhold=0)
    codes, indices, _, _ = codec.quantize(batch)
    crops = BeatCrops(codec, [item] * 2, 1, 64, 0)
    row = crops.stack([crops.row(0, 0)], 0)
    out = {"words": item.words.tolist(), "form": item.form.tolist(), "mode": item.mode, "ending": True,
           "emotion": numbers(batch["emotion"][0]), "features": batch["features"][0].tolist(),
           "pointer": (batch["pointer"][0] - 1).tolist(),
           "codes": {name: i[0].tolist() for name, i in indices.items()}, "logits": decoder_logits(codec, batch, codes),
           "logitsNoEmotion": decoder_logits(codec, {**batch, "withheld": torch.tensor([True])}, codes),
           "priorFeatures": row["features"][0].tolist(), "ref": row["ref"][0].tolist()}  # fmt: skip
    for name, withheld in (("prior", False), ("priorNoEmotion", True)):
        out[name] = beat_prior_logits(prior, {**row, "withheld": torch.tensor([withheld])})
    return out


def beat_prior_logits(prior, batch):
    """Logits of every book and of the form for each beat, under the batch's own codes."""
    codes = batch["codes"]
    x = prior.last(F.pad(codes[:, :-1] + 1, (0, 0, 1, 0))) + prior.ref(batch["ref"] + 1) + prior.embed(batch["features"])
    x = x + prior.emotion(batch["emotion"], batch["withheld"][:, None].expand(codes.shape[:2]))
    s, out = prior.stack(x[None])[0], {}
    for j, book in enumerate(prior.books):
        out[book["name"]] = numbers(prior.heads[book["name"]](s)[0])
        s = s + F.embedding(codes[..., j].long(), prior.chain.tables()[book["name"]])
    out["form"] = numbers(prior.form(s)[0])
    return out


@torch.no_grad()
def word_golden(codec, prior, item):
    batch = collate([crop(item, 0, 1000)], np.random.default_rng(0), withhold=0)
    batch["features"] = paper_features(batch)
    codes, index, _, _ = codec.quantize(batch)
    known = index % prior.used  # the prior knows only `used` codes
    x = torch.cat([prior.emotion(batch["quadrant"].long())[:, None], prior.code(known)], 1)
    h = prior.stack((x + prior.positions[: x.shape[1]])[None])[0]
    return {"words": item.words.tolist(), "quadrant": item.quadrant, "codes": index[0].tolist(),
            "logits": decoder_logits(codec, batch, codes), "priorInput": known[0].tolist(), "prior": numbers(prior.out(h)[0])}  # fmt: skip


def main():
    torch.manual_seed(5)
    item = song(piece())
    for name, config_name in (("affetto", "smoke"), ("muser-paper", "smoke-paper")):
        config = read_config(HERE / "configs" / f"{config_name}.json")
        if config["codeRate"] == "word":
            config["books"][0] |= {"used": 20, "usedCodes": list(range(20))}
        codec = Codec(config).eval()
        prior = (BeatPrior if codec.beat_rate else WordPrior)(config).eval()
        randomise(codec)
        randomise(prior)
        folder = OUT / name
        write_folder(folder, codec, prior, {"name": name}, np.float32)
        golden = (beat_golden if codec.beat_rate else word_golden)(codec, prior, item)
        (folder / "golden.json").write_text(json.dumps(golden) + "\n")
        print(folder.name, {p.name: p.stat().st_size for p in folder.iterdir()})


if __name__ == "__main__":
    main()
