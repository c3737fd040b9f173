"""Writes a trained codec and prior as a weights folder that the app loads (config format 2): config.json, weights.safetensors
(f16; with --int8 the layers' matrices as int8, a scale a row), checksums.json. What the app adds up are rows, never products:
codes are folded through what reads them, batch norms into the layer before.

  python -m training.generator.export --codec RUN/codec.pt --prior RUN/prior.pt --out DIR [--int8]

Without --prior the folder holds a prior of random weights: good for timing and for decoding given codes, for nothing else.
"""

import argparse
import hashlib
import json
import os
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file

from training.generator.beats import ELEMENT, GROUPS
from training.generator.codec import Codec
from training.generator.prior import FEATURES as PRIOR_FEATURES
from training.generator.prior import BeatPrior
from training.generator.returns import LAGS
from training.generator.weights import read_part
from training.generator.words import ELEMENTS, FEATURES, ORDER, SIZES, SOURCES
from training.muser.export import in_int8, write_whole

EMOPIA = SOURCES.index("emopia")  # the app writes as EMOPIA's players play
APP = json.loads(Path(__file__).with_name("affetto-app.json").read_text())
FORMAT = 2


def linear(out, name, module):
    out[f"{name}.weight"], out[f"{name}.bias"] = module.weight, module.bias


def norm(out, name, module):
    out[f"{name}.weight"], out[f"{name}.bias"] = module.weight, module.bias


def head(out, name, module):
    norm(out, f"{name}.norm", module.norm)
    linear(out, f"{name}.in", module.inner)
    linear(out, f"{name}.out", module.outer)


def emotion(out, name, module):
    linear(out, f"{name}.in", module.inner)
    linear(out, f"{name}.out", module.outer)
    out[f"{name}.none"] = module.none


def tables(out, name, module):
    """A TableSum as a table a feature."""
    for feature, rows in zip(module.sizes, module.rows.split(list(module.sizes.values())), strict=True):
        out[f"{name}.{feature}"] = rows


def stack(out, name, module):
    for i, layer in enumerate(module.layers):
        at = f"{name}.layers.{i}"
        norm(out, f"{at}.norm1", layer.norm1)
        norm(out, f"{at}.norm2", layer.norm2)
        for part, inner in (("attn.qkv", layer.qkv), ("attn.out", layer.out), ("ffn.up", layer.up), ("ffn.down", layer.down)):
            linear(out, f"{at}.{part}", inner)
    norm(out, f"{name}.norm", module.norm)


def encoders(out, codec):
    for group in codec.config["groups"]:
        name = group["name"]
        module, batch_norm = codec.encoders[name], codec.encoders[name].norm
        scale = 1 / torch.sqrt(batch_norm.running_var + batch_norm.eps)
        table = module.table.weight.clone()
        table[0] = 0  # nothing
        out[f"encode.{name}.table"] = table
        linear(out, f"encode.{name}.in", module.inner)
        out[f"encode.{name}.out.weight"] = module.outer.weight * scale[:, None]
        out[f"encode.{name}.out.bias"] = (module.outer.bias - batch_norm.running_mean) * scale
        for level, book in enumerate(codec.books[name].books):
            out[f"books.{name}.{level}"] = book.codes


def reader(out, name, codec, module):
    """Rows that a step gets for each code: the left half for its own beat's, the right half for the next beat's."""
    for group in module.groups:
        for level, book in enumerate(codec.books[group].books):
            inner = (module.detail if level else module.plan)[group]
            out[f"{name}.{group}.{level}"] = book.codes @ inner.weight.T
    out[f"{name}.none"] = module.none


def decoder(out, codec):
    module = codec.decoder
    tables(out, "decoder.embed", module.embed)
    told = dict(zip(module.reference.sizes, module.reference.rows.split(list(module.reference.sizes.values())), strict=True))
    # No bar to return to: folded so that it adds nothing.
    out["decoder.embed.bias"] = module.source[EMOPIA] + sum(rows[0] for rows in told.values())
    for name, rows in told.items():
        out[f"decoder.reference.{name}"] = rows - rows[0]
    emotion(out, "decoder.emotion", module.emotion)
    reader(out, "decoder.read", codec, module.shared)
    stack(out, "decoder", module.stack)
    for e in ELEMENTS:
        own = module.elements[e]
        if e in module.own:
            reader(out, f"elements.{e}.read", codec, module.own[e])
        linear(out, f"elements.{e}.enter", own.enter)
        for i, (layer_norm, up, down) in enumerate(zip(own.norms, own.ups, own.downs, strict=True)):
            norm(out, f"elements.{e}.layers.{i}.norm", layer_norm)
            linear(out, f"elements.{e}.layers.{i}.up", up)
            linear(out, f"elements.{e}.layers.{i}.down", down)
        norm(out, f"elements.{e}.norm", own.norm)
        linear(out, f"elements.{e}.in", own.inner)
        linear(out, f"elements.{e}.out", own.outer)
        for joined, table in own.joins.items():
            out[f"elements.{e}.join.{joined}"] = table.weight


def prior_tensors(out, prior):
    bias = prior.source[EMOPIA].clone()
    for group, rows in zip(prior.last.sizes, prior.last.rows.split(list(prior.last.sizes.values())), strict=True):
        bias = bias + rows[0]  # no beat before: folded so that it adds nothing
        out[f"prior.last.{group}"] = rows[1:] - rows[0]
    for lag, table in zip(prior.lags, prior.earlier, strict=True):
        for group, rows in zip(table.sizes, table.rows.split(list(table.sizes.values())), strict=True):
            bias = bias + rows[0]
            out[f"prior.earlier.{lag}.{group}"] = rows[1:] - rows[0]
    tables(out, "prior.embed", prior.embed)
    out["prior.embed.bias"] = bias
    emotion(out, "prior.emotion", prior.emotion)
    stack(out, "prior", prior.stack)
    for group, table in prior.chain.items():
        out[f"prior.chain.{group}"] = table.weight
    for group, module in prior.heads.items():
        head(out, f"prior.heads.{group}", module)
    returns = prior.returns
    head(out, "prior.returns.head", returns.head)
    codes = dict(zip(returns.codes.sizes, returns.codes.rows.split(list(returns.codes.sizes.values())), strict=True))
    out["prior.returns.before"], out["prior.returns.copy"] = returns.before.weight, returns.copy
    out["prior.returns.value"] = returns.value.weight + sum(rows[0] for rows in codes.values())  # as above
    for group, rows in codes.items():
        out[f"prior.returns.codes.{group}"] = rows[1:] - rows[0]


@torch.no_grad()
def tensors(codec, prior, dtype=np.float16):
    """All tensors by name. Fails on anything not finite or too large for f16."""
    out = {}
    encoders(out, codec)
    decoder(out, codec)
    prior_tensors(out, prior)
    arrays = {}
    for name, tensor in out.items():
        array = tensor.detach().float().numpy()
        assert np.isfinite(array).all() and np.abs(array).max() < 6e4, f"{name} does not fit f16"
        arrays[name] = np.ascontiguousarray(array.astype(dtype))
    return arrays


def app_config(config, extra):
    """The part of a training config that the app needs."""
    stack_keys = ("layers", "heads", "width", "ffn", "window", "firstPeriod")
    stack_of = lambda part: {key: config[part]["stack"][key] for key in stack_keys}
    groups = [{**group, "element": ELEMENT[group["name"]], "rows": GROUPS[group["name"]][0]} for group in config["groups"]]
    return {
        "format": FORMAT,
        "name": config["name"],
        "vocabulary": SIZES,
        "order": ORDER,
        "groups": groups,
        "encoder": config["encoder"],
        "decoder": {
            "features": [list(f) for f in FEATURES.items()],
            "stack": stack_of("decoder"),
            "sharedGroups": config["decoder"]["sharedGroups"],
            "element": config["decoder"]["element"],
        },
        "prior": {
            "features": [list(f) for f in PRIOR_FEATURES.items()],
            "stack": stack_of("prior"),
            "hidden": config["prior"]["hidden"],
            "lags": config["prior"]["lags"],
            "returns": LAGS,
        },
        **extra,
    }


def write_folder(folder, codec, prior, extra, dtype=np.float16, int8=False, judge=None):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    arrays = tensors(codec, prior, dtype)
    if int8:
        arrays = in_int8(arrays)
    config = app_config({**codec.config, "prior": prior.config["prior"]}, extra)
    write_whole(folder / "config.json", (json.dumps(config, indent=2) + "\n").encode())
    save_file(arrays, str(folder / "weights.tmp"))
    os.replace(folder / "weights.tmp", folder / "weights.safetensors")
    names = ["config.json", "weights.safetensors"]
    if judge:
        for name, there in (("judge.json", "config.json"), ("judge.safetensors", "weights.safetensors")):
            write_whole(folder / name, Path(judge, there).read_bytes())
            names.append(name)
    sums = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    write_whole(folder / "checksums.json", (json.dumps(sums, indent=2) + "\n").encode())
    return sum(a.size for a in arrays.values())


def load(path, kind):
    state = read_part(path, "codec" if kind is Codec else "prior")
    module = kind(state["config"])
    module.load_state_dict(state["model"])
    return module.eval()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codec", required=True)
    parser.add_argument("--prior")
    parser.add_argument("--out", required=True)
    parser.add_argument("--name", help="of the model, where it is another than the config's")
    parser.add_argument("--judge", type=Path, help="a folder of training.chooser, which chooses as the music is written")
    parser.add_argument("--int8", action="store_true", help="layers' matrices as int8, half the size; the app computes with int8 anyway")
    args = parser.parse_args()
    codec = load(args.codec, Codec)
    torch.manual_seed(1)
    prior = load(args.prior, BeatPrior) if args.prior else BeatPrior(codec.config).eval()
    groups = lambda module: [(g["name"], g["books"]) for g in module.config["groups"]]
    if groups(codec) != groups(prior):
        raise SystemExit(f"{args.prior} was trained on other books than those of {args.codec}")
    if args.name:
        codec.config["name"] = args.name
    count = write_folder(args.out, codec, prior, APP, int8=args.int8, judge=args.judge)
    print(f"{args.out}: {count / 1e6:.2f} M values, {os.path.getsize(Path(args.out, 'weights.safetensors')) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
