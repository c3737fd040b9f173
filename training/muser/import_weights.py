"""Makes checkpoints of a weights folder again, so that training can go on from what ships: the way back of export.py.

  python -m training.muser.import_weights --weights resources/models/affetto --config training/configs/affetto.json
    --out training/runs/affetto-shipped
  python -m training.muser.train --stage prior --codec training/runs/affetto-shipped/codec.pt
    --init training/runs/affetto-shipped/prior.pt …

What was folded for the app is unfolded: projections of codes by least squares, batch norms as ones that change nothing.
What never ships starts anew: the optimizer, the regularizer's reducers, the use counts of the codes, the manner of the other source.
"""

import argparse
import json
import os
from pathlib import Path

import torch
from safetensors.torch import load_file

from training.muser.export import app_config, beat_prior_tensors, decoder_tensors, encoder_tensors, word_prior_tensors
from training.muser.model import Codec
from training.muser.prior import BeatPrior, WordPrior
from training.muser.train import read_config
from training.muser.vocabulary import ELEMENTS

# What must be the same in a training config and in the folder's for the weights to fit.
SHAPE_KEYS = ("codeRate", "sliceDim", "emotion", "books", "encoder", "decoder", "prior", "maxSteps")


def read_tensors(folder):
    """{name: float32 tensor} of weights.safetensors; int8 matrices are multiplied out."""
    stored = load_file(str(Path(folder, "weights.safetensors")))
    out = {}
    for name, tensor in stored.items():
        if name.endswith(".weight.scale"):
            continue
        scale = stored.get(f"{name}.scale")
        out[name] = tensor.float() * scale.float()[:, None] if scale is not None else tensor
    return {name: t.float() if t.is_floating_point() else t for name, t in out.items()}


def unfold(codes, rows, bias=False):
    """The matrix W (and b) with codes @ W.T (+ b) = rows, by least squares: (K, d), (K, w) -> (w, d) or (w, d + 1)."""
    if bias:
        codes = torch.cat([codes, torch.ones(len(codes), 1)], 1)
    return torch.linalg.lstsq(codes.double(), rows.double(), driver="gelsd").solution.T.float()


def places(fill, model, storages):
    """Tensors of a fresh model by their exported names, those alone that are a parameter or buffer, or a view of one."""
    named = {}
    fill(named, model)
    return {name: t for name, t in named.items() if t.untyped_storage().data_ptr() in storages}


def fill_direct(fill, model, stored):
    """Copies everything that was exported as it is; returns the names."""
    storages = {t.untyped_storage().data_ptr() for t in (*model.parameters(), *model.buffers())}
    found = places(fill, model, storages)
    for name, tensor in found.items():
        tensor.copy_(stored[name])
    return set(found)


def fill_books(codec):
    """Codes that count as equally used until training says otherwise."""
    for _, book in codec.books.items():
        book.count.fill_(1)
        book.total.copy_(book.codes)
        book.ready.fill_(True)


def fill_beat_codec(codec, stored):
    done = {"decoder.embed.bias"}
    codec.decoder.embed.bias.copy_(stored["decoder.embed.bias"])  # EMOPIA's row of `source` is in it
    for book in codec.config["books"]:
        name, e = book["name"], book["element"]
        codes = codec.books[name].codes
        maps = [(codec.decoder.element_cur, f"elements.{e}.cur.{name}"), (codec.decoder.element_next, f"elements.{e}.next.{name}")]
        if e in codec.config["decoder"]["globalBooks"]:
            maps += [(codec.decoder.cur, f"decoder.memory.cur.{name}"), (codec.decoder.next, f"decoder.memory.next.{name}")]
        for linears, key in maps:
            linears[name].weight.copy_(unfold(codes, stored[key]))
            done.add(key)
        norm, outer = codec.encoder.norm[name], codec.encoder.outer[name]
        norm.running_mean.zero_()
        norm.running_var.fill_(1 - norm.eps)
        outer.weight.copy_(stored[f"encoder.{name}.out.weight"])
        outer.bias.copy_(stored[f"encoder.{name}.out.bias"])
        done |= {f"encoder.{name}.out.weight", f"encoder.{name}.out.bias"}
    return done


def fill_word_codec(codec, stored):
    parts = codec.books["shared"].codes.split(codec.config["sliceDim"], -1)
    done = {"decoder.memory.codes"}  # that of the codes themselves, whose projection is there in full
    for i, e in enumerate(ELEMENTS):
        whole = unfold(parts[i], stored[f"elements.{e}.codes"], bias=True)
        codec.decoder.element_codes[i].weight.copy_(whole[:, :-1])
        codec.decoder.element_codes[i].bias.copy_(whole[:, -1])
        done.add(f"elements.{e}.codes")
    return done


def fill_beat_prior(prior, stored):
    done = {"prior.embed.bias"}
    prior.embed.bias.copy_(stored["prior.embed.bias"])
    for name, module in (("last", prior.last), ("ref", prior.ref)):
        module.bias.zero_()
        for book, rows in module.tables().items():  # row 0, "no beat there", adds nothing: that is what it was folded for
            rows[0] = 0
            rows[1:].copy_(stored[f"prior.{name}.{book}"])
            done.add(f"prior.{name}.{book}")
    return done


@torch.no_grad()
def import_pair(folder, config):
    """Codec and prior in eval mode, from a weights folder and the training config that it fits."""
    shipped = json.loads(Path(folder, "config.json").read_text())
    asked = app_config(config, {})
    for key in SHAPE_KEYS:
        if key == "books" and config["codeRate"] == "word":
            continue  # how many codes training used is known from the weights alone
        if json.dumps(asked[key], sort_keys=True) != json.dumps(shipped[key], sort_keys=True):
            raise SystemExit(f"import_weights.py: '{key}' of the training config and of {folder} differ")
    stored = read_tensors(folder)
    codec = Codec(config).eval()
    done = fill_direct(encoder_tensors, codec, stored)
    fill_books(codec)
    done |= fill_direct(decoder_tensors, codec, stored)
    if codec.beat_rate:
        done |= fill_beat_codec(codec, stored)
        prior = BeatPrior(config).eval()
        done |= fill_direct(beat_prior_tensors, prior, stored) | fill_beat_prior(prior, stored)
    else:
        done |= fill_word_codec(codec, stored)
        used = stored["prior.codes"].tolist()
        config["books"][0] |= {"used": len(used), "usedCodes": used}
        prior = WordPrior(config).eval()
        done |= fill_direct(word_prior_tensors, prior, stored) | {"prior.codes"}
    if not config["decoder"]["element"]["layers"]:  # export.py's layers that change nothing
        done |= {name for name in stored if name.startswith(tuple(f"elements.{e}.layers." for e in ELEMENTS))}
    left = set(stored) - done
    if left:
        raise SystemExit(f"import_weights.py: {folder} holds {len(left)} tensors that no part takes, {sorted(left)[0]} among them")
    return codec, prior


def save_checkpoint(path, module, config):
    """A checkpoint for `--init`, `--codec` and export.py; it has no optimizer, so it is no checkpoint for `--resume`."""
    temporary = path.with_suffix(".tmp")
    torch.save({"model": module.state_dict(), "config": config, "step": 0}, temporary)
    os.replace(temporary, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", required=True, help="folder that export.py wrote")
    parser.add_argument("--config", required=True, help="the training config it was made with")
    parser.add_argument("--out", required=True, help="folder for codec.pt and prior.pt")
    parser.add_argument("--set", action="append", default=[], help="override of the config, as training.regularization=0")
    args = parser.parse_args()
    config = read_config(args.config, args.set)
    codec, prior = import_pair(args.weights, config)
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    save_checkpoint(out / "codec.pt", codec, config)
    save_checkpoint(out / "prior.pt", prior, config)
    print(f"{out}: codec.pt and prior.pt of {args.weights}")


if __name__ == "__main__":
    main()
