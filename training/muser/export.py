"""Writes trained checkpoints as a weights folder that the app loads: config.json, weights.safetensors (f16),
vocabulary.json, checksums.json. Every table is folded: what the app adds up are rows, never products.

  python -m training.muser.export --codec training/runs/affetto/codec.pt --prior training/runs/affetto/prior.pt
    --out resources/models/affetto
"""

import argparse
import hashlib
import json
import os
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file

from training.muser.model import Codec
from training.muser.prior import BeatPrior, WordPrior
from training.muser.vocabulary import ELEMENTS, FEATURES, ORDER, SIZES, SOURCES

EMOPIA = SOURCES.index("emopia")


def linear(out, name, module):
    out[f"{name}.weight"] = module.weight
    if module.bias is not None:
        out[f"{name}.bias"] = module.bias


def norm(out, name, module, group=None):
    out[f"{name}.weight"] = module.weight if group is None else module.weight[group]
    out[f"{name}.bias"] = module.bias if group is None else module.bias[group]


def stack(out, name, module, group=0):
    def grouped(path, layer):
        out[f"{path}.weight"], out[f"{path}.bias"] = layer.weight[group], layer.bias[group]

    for i, layer in enumerate(module.layers):
        at = f"{name}.layers.{i}"
        grouped(f"{at}.attn.qkv", layer.attn.qkv)
        grouped(f"{at}.attn.out", layer.attn.out)
        grouped(f"{at}.ffn.up", layer.ffn.up)
        grouped(f"{at}.ffn.down", layer.ffn.down)
        norm(out, f"{at}.norm1", layer.norm1, group)
        norm(out, f"{at}.norm2", layer.norm2, group)
        if hasattr(layer, "cross"):
            for part in ("q", "kv", "out"):
                grouped(f"{at}.cross.{part}", getattr(layer.cross, part))
            norm(out, f"{at}.norm3", layer.norm3, group)
    norm(out, f"{name}.norm", module.norm, group)


def still_layer(out, name, spec):
    """A layer that changes nothing: the app's engines have at least one, and a decoder of one level has none."""
    width, ffn = spec["width"], spec["ffn"]
    shapes = {"attn.qkv": (3 * width, width), "attn.out": (width, width), "ffn.up": (ffn, width), "ffn.down": (width, ffn)}
    for part, shape in shapes.items():
        out[f"{name}.{part}.weight"], out[f"{name}.{part}.bias"] = torch.zeros(shape), torch.zeros(shape[0])
    for part in ("norm1", "norm2"):
        out[f"{name}.{part}.weight"], out[f"{name}.{part}.bias"] = torch.ones(width), torch.zeros(width)


def tables(out, name, module):
    for feature, rows in module.tables().items():
        out[f"{name}.{feature}"] = rows
    out[f"{name}.bias"] = module.bias


def emotion(out, name, module):
    linear(out, f"{name}.in", module.inner)
    linear(out, f"{name}.out", module.outer)
    out[f"{name}.none"] = module.none


def decoder_tensors(out, codec):
    decoder, config = codec.decoder, codec.config
    tables(out, "decoder.embed", decoder.embed)
    if codec.beat_rate:  # the app writes as EMOPIA's players play
        out["decoder.embed.bias"] = decoder.embed.bias + decoder.source[EMOPIA]
    stack(out, "global", decoder.stack)
    if codec.beat_rate:
        emotion(out, "decoder.emotion", decoder.emotion)
        for name, m in decoder.cur.items():
            out[f"decoder.memory.cur.{name}"] = codec.books[name].codes @ m.weight.T
            out[f"decoder.memory.next.{name}"] = codec.books[name].codes @ decoder.next[name].weight.T
    else:
        out["decoder.memory.codes"] = decoder.memory(codec.books["shared"].codes)
        linear(out, "decoder.memory", decoder.memory)  # for codes mixed of slices of several, in transfer
    for i, e in enumerate(ELEMENTS):
        out[f"elements.{e}.in.weight"], out[f"elements.{e}.in.bias"] = decoder.element_in.weight[i], decoder.element_in.bias[i]
        stack(out, f"elements.{e}", decoder.elements, i)
        if not decoder.elements.layers:
            still_layer(out, f"elements.{e}.layers.0", config["decoder"]["element"])
        if codec.beat_rate:
            for book in config["books"]:
                if book["element"] == e:
                    codes, name = codec.books[book["name"]].codes, book["name"]
                    out[f"elements.{e}.cur.{name}"] = codes @ decoder.element_cur[name].weight.T
                    out[f"elements.{e}.next.{name}"] = codes @ decoder.element_next[name].weight.T
        else:
            part = codec.books["shared"].codes.split(config["sliceDim"], -1)[i]
            out[f"elements.{e}.codes"] = decoder.element_codes[i](part)
        linear(out, f"heads.{e}.in", decoder.heads.inner[e])
        for j, table in decoder.heads.join[e].items():
            out[f"heads.{e}.join.{j}"] = table.weight
        if decoder.heads.hidden:
            linear(out, f"heads.{e}.out", decoder.heads.outer[e])


def encoder_tensors(out, codec):
    encoder = codec.encoder
    for book in codec.config["books"]:
        out[f"books.{book['name']}"] = codec.books[book["name"]].codes
    if not codec.beat_rate:
        tables(out, "encoder.embed", encoder.embed)
        stack(out, "encoder", encoder.stack)
        linear(out, "encoder.out", encoder.out)
        return
    for book in codec.config["books"]:
        name = book["name"]
        batch_norm = encoder.norm[name]
        scale = 1 / torch.sqrt(batch_norm.running_var + batch_norm.eps)
        linear(out, f"encoder.{name}.in", encoder.inner[name])
        out[f"encoder.{name}.out.weight"] = encoder.outer[name].weight * scale[:, None]
        out[f"encoder.{name}.out.bias"] = (encoder.outer[name].bias - batch_norm.running_mean) * scale


def beat_prior_tensors(out, prior):
    # Row 0 of `last` and `ref` stands for "no beat there"; folded so that an absent beat adds nothing.
    bias = prior.embed.bias + prior.last.bias + prior.ref.bias + prior.source[EMOPIA]
    for name, module in (("last", prior.last), ("ref", prior.ref)):
        for book, rows in module.tables().items():
            bias = bias + rows[0]
            out[f"prior.{name}.{book}"] = rows[1:] - rows[0]
    for feature, rows in prior.embed.tables().items():
        out[f"prior.embed.{feature}"] = rows
    out["prior.embed.bias"] = bias
    emotion(out, "prior.emotion", prior.emotion)
    stack(out, "prior", prior.stack)
    for book, rows in prior.chain.tables().items():
        out[f"prior.chain.{book}"] = rows
    for name, head in (*prior.heads.items(), ("form", prior.form)):
        norm(out, f"prior.heads.{name}.norm", head.norm)
        linear(out, f"prior.heads.{name}.in", head.inner)
        linear(out, f"prior.heads.{name}.out", head.outer)


def word_prior_tensors(out, prior):
    out["prior.embed.code"], out["prior.embed.emotion"] = prior.code.weight, prior.emotion.weight
    stack(out, "prior", prior.stack)
    linear(out, "prior.out", prior.out)


def tensors(codec, prior, dtype=np.float16):
    """All tensors by name (indices as int32). Fails on anything not finite or too large for f16."""
    out = {}
    with torch.no_grad():
        encoder_tensors(out, codec)
        decoder_tensors(out, codec)
        (beat_prior_tensors if codec.beat_rate else word_prior_tensors)(out, prior)
    arrays = {}
    for name, tensor in out.items():
        array = tensor.detach().float().numpy()
        assert np.isfinite(array).all() and np.abs(array).max() < 6e4, f"{name} does not fit f16"
        arrays[name] = np.ascontiguousarray(array.astype(dtype))
    if not codec.beat_rate:
        arrays["prior.codes"] = np.array(codec.config["books"][0]["usedCodes"], np.int32)
    return arrays


def int8_rows(matrix, candidates=10, least=0.82):
    """(rows, n) floats -> int8 and one scale a row. Of the scales from max|w|/127 down to `least` of it each row takes the one
    with the least squared error, as the app's engine does: it finds these values again exactly."""
    peak = np.abs(matrix).max(1, keepdims=True)
    best, best_error, best_scale = None, None, None
    for factor in np.linspace(1, least, candidates):
        scale = np.where(peak > 0, peak * factor / 127, 1).astype(np.float32)
        q = np.clip(np.rint(matrix / scale), -127, 127)
        error = ((matrix - q * scale) ** 2).sum(1, keepdims=True)
        if best is None:
            best, best_error, best_scale = q, error, scale
        better = error < best_error
        best, best_error, best_scale = np.where(better, q, best), np.where(better, error, best_error), np.where(better, scale, best_scale)
    return best.astype(np.int8), best_scale[:, 0]


def in_int8(arrays):
    """The same tensors with every layer's matrix as int8 and `<name>.scale`; tables, biases and codes stay as they are."""
    out = {}
    for name, array in arrays.items():
        if array.ndim == 2 and name.endswith(".weight"):
            out[name], out[f"{name}.scale"] = int8_rows(array.astype(np.float32))
        else:
            out[name] = array
    return out


def app_config(config, extra):
    """The part of a training config that the app needs."""
    out = json.loads(json.dumps(config))
    for key in ("training",):
        out.pop(key)
    for spec in (out["decoder"]["global"], out["decoder"]["element"], out["prior"]["stack"]):
        spec.pop("halfLives", None)
        spec.pop("dropout", None)
        spec.setdefault("decay", [1.0] * spec["heads"])
    out["decoder"]["element"]["layers"] = max(1, out["decoder"]["element"]["layers"])  # see still_layer
    for book in out["books"]:
        book.pop("usedCodes", None)
    features = list(FEATURES.items()) if config["codeRate"] == "beat" else [*SIZES.items(), ("emotion", 5)]
    out["decoder"]["features"] = [list(f) for f in features]
    return {**out, "vocabulary": SIZES, "elements": ELEMENTS, "order": ORDER, **extra}


def write_folder(folder, codec, prior, extra, dtype=np.float16, int8=False):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    arrays = tensors(codec, prior, dtype)
    if int8:
        arrays = in_int8(arrays)
    files = {
        "config.json": json.dumps(app_config(codec.config, extra), indent=2) + "\n",
        "vocabulary.json": json.dumps({"elements": ELEMENTS, "sizes": SIZES}, indent=2) + "\n",
    }
    for name, text in files.items():
        write_whole(folder / name, text.encode())
    save_file(arrays, str(folder / "weights.tmp"))
    os.replace(folder / "weights.tmp", folder / "weights.safetensors")
    names = [*files, "weights.safetensors"]
    sums = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    write_whole(folder / "checksums.json", (json.dumps(sums, indent=2) + "\n").encode())
    return sum(a.size for a in arrays.values())


def write_whole(path, data):
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_bytes(data)
    os.replace(temporary, path)


def load_pair(codec_path, prior_path):
    """Codec and prior from checkpoints, in eval mode; a prior trained on another codec's books is refused."""
    codec_state = torch.load(codec_path, weights_only=False)
    prior_state = torch.load(prior_path, weights_only=False)
    config = codec_state["config"]
    config["books"] = prior_state["config"]["books"]
    codec = Codec(config)
    codec.load_state_dict(codec_state["model"])
    prior = (BeatPrior if codec.beat_rate else WordPrior)(config | {"prior": prior_state["config"]["prior"]})
    config["prior"] = prior_state["config"]["prior"]
    prior.load_state_dict(prior_state["model"])
    return codec.eval(), prior.eval()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codec", required=True)
    parser.add_argument("--prior", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--extra", help="JSON merged into config.json (sampling, modeByValence)")
    parser.add_argument("--int8", action="store_true", help="layers' matrices as int8, half the size; the app computes with int8 anyway")
    args = parser.parse_args()
    codec, prior = load_pair(args.codec, args.prior)
    extra = json.loads(Path(args.extra).read_text()) if args.extra else {}
    count = write_folder(args.out, codec, prior, extra, int8=args.int8)
    print(f"{args.out}: {count / 1e6:.2f} M values, {os.path.getsize(Path(args.out, 'weights.safetensors')) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
